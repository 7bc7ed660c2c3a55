import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregationLists } from "../../../../src/domain/flow/aggregate-lines.js";
import type { GraphFlow } from "../../../../src/domain/flow/flow.js";
import {
  TakeOverTally,
  takeOverLines,
} from "../../../../src/domain/flow/resume/take-over-lines.js";
import type {
  EarlierLine,
  ResumedLine,
} from "../../../../src/domain/flow/resume/take-over-lines.js";
import type { JsonObject } from "../../../../src/domain/json/json.js";

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

interface DoneLine extends EarlierLine {
  readonly kept: JsonObject;
}

async function takeOver(
  lines: readonly ResumedLine[],
  earlier: readonly DoneLine[],
): Promise<{
  readonly taken: readonly DoneLine[];
  readonly rest: readonly ResumedLine[];
  readonly tally: TakeOverTally;
}> {
  const tally = new TakeOverTally();
  const taken: DoneLine[] = [];
  const rest: ResumedLine[] = [];
  for await (const found of takeOverLines(each(lines), each(earlier), tally)) {
    if (found.earlier) taken.push(found.earlier);
    else rest.push(found.line);
  }
  return { taken, rest, tally };
}

function lineOf(number: number, inputs: JsonObject = { x: number }): ResumedLine {
  return { number, inputs };
}

function doneOf(number: number, status: EarlierLine["status"] = "completed"): DoneLine {
  const kept = { "${double.output}": number * 2, "${inputs.x}": number };
  return { number, inputs: { x: number }, status, kept };
}

describe("lines of an earlier run", () => {
  test("are taken over by number, not by place, if they are completed", async () => {
    const lines = [lineOf(2), lineOf(5), lineOf(7), lineOf(9, { x: "other" })];
    const earlier = [doneOf(0), doneOf(1), doneOf(2), doneOf(5, "failed"), doneOf(9), doneOf(11)];
    const { taken, rest, tally } = await takeOver(lines, earlier);
    expect(taken.map(({ number }) => number)).toEqual([2, 9]);
    expect(rest.map(({ number }) => number)).toEqual([5, 7]);
    expect(tally).toMatchObject({
      taken: 2,
      run: 2,
      otherInputs: [[9, 10]],
      left: [
        [0, 2],
        [11, 12],
      ],
    });
  });
});

const flow: GraphFlow = {
  kind: "graph",
  name: "flow",
  inputs: { x: { type: "int" } },
  nodes: [
    { kind: "code", name: "double", code: { language: "python", file: "d.py" }, inputs: {} },
    {
      kind: "code",
      name: "compare",
      code: { language: "python", file: "c.py" },
      aggregation: true,
      inputs: {
        doubled: { kind: "node", node: "double", path: [] },
        given: { kind: "input", input: "x", path: [] },
      },
    },
  ],
  outputs: {},
};

test("any order of completion and any resumes give the aggregation the same input", async () => {
  const history = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 15 }).chain((numbers) =>
    fc.record({
      numbers: fc.constant(numbers.sort((a, b) => a - b)),
      // Each run ends some lines in some order, before it is interrupted.
      runs: fc.array(fc.shuffledSubarray(numbers), { maxLength: 4 }),
      last: fc.shuffledSubarray(numbers, { minLength: numbers.length }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(history, async ({ numbers, runs, last }) => {
      let done: readonly DoneLine[] = [];
      for (const ended of [...runs, last]) {
        const sorted = [...done].sort((a, b) => a.number - b.number);
        const { taken, rest } = await takeOver(
          numbers.map((each) => lineOf(each)),
          sorted,
        );
        const open = new Set(rest.map(({ number }) => number));
        done = [
          ...taken,
          ...ended.filter((number) => open.has(number)).map((each) => doneOf(each)),
        ];
      }
      const kept = done.map((line) => ({ line: line.number, kept: line.kept }));
      expect(aggregationLists(flow, kept)).toEqual({
        "${double.output}": numbers.map((number) => number * 2),
        "${inputs.x}": numbers,
      });
    }),
    { numRuns: 300 },
  );
});
