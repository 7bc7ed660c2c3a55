import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { joinColumns } from "../../../src/evaluation/compare/join-columns.js";
import type { Join } from "../../../src/evaluation/compare/join-columns.js";
import { createScoredColumns } from "../../../src/evaluation/scorers/scored-columns.js";
import type { ScoredColumns } from "../../../src/evaluation/scorers/scored-columns.js";

type Asked = readonly [id: number | undefined, prompt: string, model: string];

function columns(name: string, asked: readonly Asked[]): ScoredColumns {
  const all = createScoredColumns(name, []);
  for (const [place, [id, prompt, model]] of asked.entries()) {
    const record = { ...(id !== undefined && { id }), api: "test", prompt, model_name: model };
    all.add({ text: JSON.stringify(record), record, line: place + 1 });
  }
  return all;
}

/** The join with its pairs as places, e.g. "0-2". */
function joined(
  first: readonly Asked[],
  second: readonly Asked[],
): Omit<Join, "pairs"> & { readonly pairs: readonly string[] } {
  const { pairs, ...join } = joinColumns(columns("A", first), columns("B", second));
  return { ...join, pairs: pairs.map((pair) => `${pair.first}-${pair.second}`) };
}

/** Each prompt asked of each model, with the number of its line from 1 as its id. */
function numbered(prompts: readonly string[], models: readonly string[]): Asked[] {
  return prompts.flatMap((prompt, place) =>
    models.map((model): Asked => [place + 1, prompt, model]),
  );
}

const both = ["owl", "fox"];

test("ids beyond 2^53 join with all their digits", () => {
  const of = (name: string, ids: readonly string[]): ScoredColumns => {
    const all = createScoredColumns(name, []);
    for (const [place, id] of ids.entries()) {
      const text = `{"id":${id},"api":"test","model_name":"owl","prompt":"${name}"}`;
      all.add({ text, record: JSON.parse(text) as JsonObject, line: place + 1 });
    }
    return all;
  };
  const ids = ["9007199254740993", "9007199254740992"];
  expect(joinColumns(of("A", ids), of("B", [...ids.toReversed(), "9007199254740995"]))).toEqual({
    joinedBy: "id",
    pairs: [
      { first: 0, second: 1 },
      { first: 1, second: 0 },
    ],
    differentPrompts: 2,
    onlyFirst: [],
    onlySecond: ["9007199254740995"],
  });
});

describe("runs that ask several models are joined", () => {
  test("by id and model", () => {
    const first = numbered(["p", "q"], both);
    expect(joined(first, first.toReversed())).toEqual({
      joinedBy: "id and model",
      pairs: ["0-3", "1-2", "2-1", "3-0"],
      differentPrompts: 0,
      onlyFirst: [],
      onlySecond: [],
      reason: "The id of line 1 comes again in line 2 of A.",
    });
  });

  test("by prompt and model where ids are the numbers of lines and a line was inserted", () => {
    const first = numbered(["p", "q"], both);
    const second = numbered(["new", "p", "q"], both);
    expect(joined(first, second)).toEqual({
      joinedBy: "prompt and model",
      pairs: ["0-2", "1-3", "2-4", "3-5"],
      differentPrompts: 0,
      onlyFirst: [],
      onlySecond: ["1 (test/owl)", "1 (test/fox)"],
      reason: "By id and model, 4 of 4 pairs would differ in prompt or model.",
    });
  });

  test("with a run of one of the models, and with no run of other models", () => {
    const first = numbered(["p", "q"], both);
    expect(joined(first, numbered(["p", "q"], ["fox"]))).toMatchObject({
      joinedBy: "id and model",
      pairs: ["1-0", "3-1"],
      onlyFirst: ["1 (test/owl)", "2 (test/owl)"],
    });
    expect(joined(first, numbered(["p", "q"], ["elk"]))).toMatchObject({
      joinedBy: "id and model",
      pairs: [],
    });
  });

  test("by prompt and model where each line has an id of its own and the models changed places", () => {
    const first: Asked[] = [
      [1, "p", "owl"],
      [2, "p", "fox"],
    ];
    const second: Asked[] = [
      [1, "p", "fox"],
      [2, "p", "owl"],
    ];
    expect(joined(first, second)).toMatchObject({
      joinedBy: "prompt and model",
      pairs: ["0-1", "1-0"],
      reason: "By id, 2 of 2 pairs would differ in prompt or model.",
    });
  });
});

describe("runs of one model each", () => {
  test("are joined whatever the model: by id, and by prompt where a line was inserted", () => {
    const first = numbered(["p", "q", "r"], ["owl"]);
    expect(joined(first, numbered(["p", "q", "r"], ["fox"]))).toMatchObject({
      joinedBy: "id",
      pairs: ["0-0", "1-1", "2-2"],
      differentPrompts: 0,
    });
    // Id 1 is p in both. Id 2 is q or new, and id 3 is r or q.
    expect(joined(first, numbered(["p", "new", "q", "r"], ["fox"]))).toMatchObject({
      joinedBy: "prompt",
      pairs: ["0-0", "1-2", "2-3"],
      onlySecond: ["2"],
      reason: "By id, 2 of 3 pairs would differ in prompt.",
    });
  });

  test("keep their ids where prompts were edited, and the edited ones are counted", () => {
    const first = numbered(["p", "q", "r"], ["owl"]);
    expect(joined(first, numbered(["p", "q edited", "r"], ["owl"]))).toMatchObject({
      joinedBy: "id",
      pairs: ["0-0", "1-1", "2-2"],
      differentPrompts: 1,
    });
    expect(joined(first, numbered(["p!", "q!", "r!"], ["owl"]))).toMatchObject({
      joinedBy: "id",
      differentPrompts: 3,
    });
  });

  test("keep their ids where all fit the prompts, though one prompt has another id", () => {
    const first: Asked[] = [
      [1, "p", "owl"],
      [2, "q", "owl"],
    ];
    const second: Asked[] = [
      [1, "p", "owl"],
      [7, "q", "owl"],
    ];
    expect(joined(first, second)).toMatchObject({
      joinedBy: "id",
      pairs: ["0-0"],
      onlyFirst: ["2"],
      onlySecond: ["7"],
    });
  });

  test("keep their ids where a prompt comes twice with the same model", () => {
    const first = numbered(["p", "p"], ["owl"]);
    expect(joined(first, numbered(["p", "p"], ["fox"]))).toMatchObject({
      joinedBy: "id",
      pairs: ["0-0", "1-1"],
    });
  });
});

test("records without ids are joined by prompt and model, or else by position", () => {
  const asked = (prompt: string, model: string): Asked => [undefined, prompt, model];
  const first = [asked("p", "owl"), asked("p", "fox")];
  expect(joined(first, first.toReversed())).toMatchObject({
    joinedBy: "prompt and model",
    pairs: ["0-1", "1-0"],
    reason: "There is no id in line 1 of A.",
  });
  const again = [...first, asked("p", "owl")];
  expect(joined(again, [asked("q", "owl"), asked("p", "fox")])).toMatchObject({
    joinedBy: "position",
    pairs: ["0-0", "1-1"],
    differentPrompts: 1,
    onlyFirst: ["line 3"],
    reason: "There is no id in line 1 of A. The prompt of line 1 comes again in line 3 of A.",
  });
});
