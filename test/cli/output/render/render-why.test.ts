import { expect, test } from "vitest";
import { renderWhy } from "../../../../cli/output/render/render-why.js";
import type { Screen } from "../../../../cli/output/terminal/screen.js";
import type { RecordReport } from "../../../../src/index.js";

const screen: Screen = { isTerminal: false, colours: false, columns: 80, rows: 24 };
const atMs = new Date(2026, 10, 21, 14, 0, 0).getTime();
const error = { type: "Quota", message: "You have no credit.", status: 429 };
const report: RecordReport = {
  name: "pilot",
  id: "q-7",
  line: 7,
  group: "all",
  position: 6,
  target: "openai/gpt-4o",
  state: "open",
  events: [],
};

test("a failed record tells its attempts, its waits, and what to do", () => {
  const events: RecordReport["events"] = [
    { kind: "failed-attempt", atMs, sentAtMs: atMs - 500, attempt: 1, error },
    {
      kind: "failed",
      atMs: atMs + 9_000,
      sentAtMs: atMs + 8_000,
      waitedMs: 8_000,
      attempt: 2,
      error,
    },
  ];
  expect(`\n${renderWhy({ ...report, state: "failed", events }, screen, atMs)}\n`)
    .toMatchInlineSnapshot(`
    "
    pilot q-7 failed (line 7, openai/gpt-4o)
      14:00:00  attempt 1 failed after 0.5s: Quota 429: You have no credit.
      14:00:09  failed, 2 calls after 1.0s (waited 8.0s before): Quota 429: You have no credit.
      next: ostinato resume pilot, once the account has credit
    "
  `);
});

test("an error of the user's code shows its stack, a line each, and not more than a screen of it", () => {
  const failure = { type: "ValueError", message: "no number\nin line 3" };
  const trace = `Traceback (most recent call last):\n  File "flow.py", line 3, in grade\n${"  again\n".repeat(30)}`;
  const events: RecordReport["events"] = [{ kind: "failed", atMs, error: failure, trace }];
  const lines = renderWhy({ ...report, state: "failed", events }, screen, atMs).split("\n");
  expect(lines.slice(1, 5)).toStrictEqual([
    "  14:00:00  failed, 1 call: ValueError: no number",
    "    in line 3",
    "    Traceback (most recent call last):",
    '      File "flow.py", line 3, in grade',
  ]);
  // There are 1 + 2 + 30 further lines, and 20 of them are shown.
  expect(lines[22]).toBe("    … and 13 more lines");
  // The command that shows a record's life has just done so.
  expect(lines[23]).toBe(
    "  next: Correct the cause, then run it again. What is completed is reused.",
  );
});

test("what the code of a line has printed stands below its events, the newest of it", () => {
  const texts = Array.from({ length: 21 }, (_, at) => `at ${at}`);
  const printed = [
    { line: 6, node: "grade", text: "one\ntwo" },
    { line: 6, node: "tell", text: texts.slice(1).join("\n") },
  ];
  const lines = renderWhy({ ...report, printed }, screen, atMs).split("\n");
  expect(lines.slice(1, 3)).toStrictEqual(["  2 earlier lines …", "  tell printed: at 1"]);
  expect(lines[21]).toBe("  tell printed: at 20");
});

test("a record that was not sent tells what it waits for", () => {
  const ends = { atMs: atMs + 60_000, earliestMs: atMs, latestMs: atMs };
  const next: RecordReport["next"] = { state: "running", heldBy: { kind: "requests" }, ends };
  expect(`\n${renderWhy({ ...report, next }, screen, atMs)}\n`).toMatchInlineSnapshot(`
    "
    pilot q-7 open (line 7, openai/gpt-4o)
      next: not sent yet; the experiment is running, held by: requests
      its group ends about 14:01:00
    "
  `);
});

test("a blocked record tells the API's words and the command", () => {
  const next = { state: "blocked", blocked: "Incorrect key." } as const;
  expect(renderWhy({ ...report, next }, screen, atMs)).toContain(
    "next: ostinato resume pilot, once this is corrected: Incorrect key.",
  );
  const money = { state: "blocked", blocked: "$5.00 is spent.", needsMoney: true } as const;
  expect(renderWhy({ ...report, next: money }, screen, atMs)).toContain(
    "next: ostinato resume pilot --max-cost N, with a larger sum: $5.00 is spent.",
  );
});

test("the other models of an id have their states, and a command", () => {
  const alsoOf = [{ model: "anthropic/claude", state: "completed" }] as const;
  expect(renderWhy({ ...report, alsoOf }, screen, atMs)).toContain(
    "also: anthropic/claude completed, see `ostinato why pilot q-7 --model anthropic/claude`",
  );
});
