import { expect, test } from "vitest";
import type {
  CallFacts,
  CallRequest,
  FinalEnd,
} from "../../../activities/sending/call/call-request.js";
import { askRecord } from "../../../activities/sending/chat.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";

const facts: CallFacts = { position: 7, sentAt: 1_000, finishedAt: 2_000, attempts: 3 };

/**
 * Runs a record's program over calls that end as they are told to; returns what was asked and the
 * lines that keep it.
 */
async function asked(
  prompt: string | readonly string[],
  ends: readonly FinalEnd[],
): Promise<{
  readonly status: string;
  readonly requests: CallRequest[];
  readonly lines: LogLine[];
}> {
  const requests: CallRequest[] = [];
  const lines: LogLine[] = [];
  const status = await askRecord({ api: "test", prompt }, async (request) => {
    const end = ends[requests.length];
    if (!end) throw new Error("One call more than expected.");
    requests.push(request);
    lines.push(request.lineOf(end, facts));
    return end;
  });
  return { status, requests, lines };
}

const answered = (response: string): FinalEnd => ({ status: "answered", answer: { response } });

test("a single prompt is one call, whose end is the outcome", async () => {
  const { status, requests, lines } = await asked("Hello", [answered("Hi")]);
  expect(status).toBe("completed");
  expect(requests.map(({ key, answers }) => [key, answers])).toEqual([[0, []]]);
  expect(lines).toEqual([
    {
      kind: "outcome",
      position: 7,
      finishedAt: 2_000,
      outcome: {
        status: "completed",
        sentAt: 1_000,
        finishedAt: 2_000,
        attempts: 3,
        response: "Hi",
      },
    },
  ]);
});

test("a chat is a call a turn with its number as the key, and the last one brings the outcome", async () => {
  const { requests, lines } = await asked(["One", "Two"], [answered("1"), answered("2")]);
  expect(requests.map(({ key, answers }) => [key, answers])).toEqual([
    [0, []],
    [1, [{ response: "1" }]],
  ]);
  expect(lines[0]).toEqual({
    kind: "turn",
    position: 7,
    sentAt: 1_000,
    finishedAt: 2_000,
    turn: 0,
    answer: { response: "1" },
  });
  expect(lines[1]).toMatchObject({ kind: "outcome", outcome: { response: ["1", "2"] } });
});

test("an answer that no turn can follow ends the chat", async () => {
  const end: FinalEnd = { status: "answered", answer: { response: null, endsChat: true } };
  const { status, requests, lines } = await asked(["One", "Two", "Three"], [answered("1"), end]);
  expect([status, requests.length]).toEqual(["completed", 2]);
  expect(lines[1]).toMatchObject({ kind: "outcome", outcome: { response: ["1", null] } });
});

test("a call that failed for good fails the record", async () => {
  const end: FinalEnd = { status: "failed", error: { type: "BadRequest", message: "No." } };
  const { status, lines } = await asked(["One", "Two"], [answered("1"), end]);
  expect(status).toBe("failed");
  expect(lines[1]).toMatchObject({
    kind: "outcome",
    outcome: { status: "failed", attempts: 3, error: { type: "BadRequest" } },
  });
});
