import { expect, test } from "vitest";
import { joinVerdicts, joinVerdictScores } from "../../../src/evaluation/judges/join-verdicts.js";
import { defined } from "../../../src/domain/defined.js";

async function* lines(...values: readonly object[]): AsyncGenerator<string> {
  for (const value of values) yield JSON.stringify(value);
}

function judged(judge: string, id: number | undefined, more: object): object {
  return {
    id: `judge-${judge}-t-${id?.toString() ?? "NA"}`,
    template_name: "t",
    prompt: "?",
    ...more,
    ...defined({ "input-id": id }),
  };
}

const parsed = { parse: "last_number", status: "completed", response: "4" };

async function join(
  answers: readonly object[],
  ...runs: readonly (readonly object[])[]
): Promise<unknown[]> {
  const joined: unknown[] = [];
  const judgedRuns = runs.map((run) => lines(...run));
  for await (const line of joinVerdicts(lines(...answers), judgedRuns)) {
    joined.push((JSON.parse(line) as Record<string, unknown>)["verdicts"]);
  }
  return joined;
}

test("each answer gets the verdicts of all judges, and of a judge the newest", async () => {
  const failed = {
    parse: "last_number",
    status: "failed",
    response: null,
    error: { type: "Timeout", message: "late" },
  };
  const joined = await join(
    [{ id: 1, response: "a" }, { response: "b" }],
    [
      judged("one", 1, { ...parsed, verdict: 3 }),
      judged("one", undefined, { ...parsed, verdict: 3 }),
      judged("two", 1, { status: "completed", response: "fine" }),
      judged("two", undefined, failed),
    ],
    [
      judged("one", 1, { ...parsed, verdict: 4 }),
      judged("one", undefined, { ...parsed, verdict: null, verdict_error: "none" }),
    ],
  );
  expect(joined).toEqual([
    [
      { judge: "one", template: "t", verdict: 4 },
      { judge: "two", template: "t", response: "fine" },
    ],
    [
      { judge: "one", template: "t", verdict: null, error: "none" },
      { judge: "two", template: "t", verdict: null, error: "late" },
    ],
  ]);
});

test("a joined line is the line itself with the verdicts behind it", async () => {
  const line = '{"id": 1, "n": 1.0, "status": "completed", "response": "a"}';
  async function* answers(): AsyncGenerator<string> {
    yield line;
  }
  const run = lines(judged("one", 1, { ...parsed, verdict: 4 }));
  for await (const joined of joinVerdicts(answers(), [run])) {
    expect(joined).toBe(
      `${line.slice(0, -1)}, "verdicts": [{"judge": "one", "template": "t", "verdict": 4}]}`,
    );
  }
});

test("verdicts on other answers are refused", async () => {
  const run = [judged("one", 2, { ...parsed, verdict: 4 })];
  await expect(join([{ id: 1, response: "a" }], run)).rejects.toThrow(
    'Expected the verdict of "one" on the record 1, got the one on 2: the completed file has other answers than when it was judged.',
  );
});

test("verdicts become scores of the answers: numbers, and yes and no", async () => {
  const completed = { status: "completed", response: "a" };
  const answers = lines(
    { id: 1, ...completed },
    { id: 2, status: "failed", response: null },
    { id: 3, ...completed },
    { id: 4, ...completed },
  );
  const runs = lines(
    judged("number", 1, { ...parsed, verdict: 3 }),
    judged("number", 3, { ...parsed, verdict: null }),
    // Another answer was judged.
    judged("number", 5, { ...parsed, verdict: 4 }),
    judged("label", 1, { ...parsed, verdict: "TRUE" }),
    judged("label", 3, { ...parsed, verdict: "no" }),
    judged("label", 4, { ...parsed, verdict: "partly" }),
  );
  const scored: unknown[] = [];
  for await (const line of joinVerdictScores(answers, [runs])) {
    const {
      id,
      "number/t": number,
      "label/t": label,
    } = JSON.parse(line) as Record<string, unknown>;
    scored.push([id, number, label]);
  }
  expect(scored).toEqual([
    [1, 3, true],
    [2, undefined, undefined],
    [3, undefined, false],
    [4, undefined, undefined],
  ]);
});
