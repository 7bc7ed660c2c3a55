import { describe, expect, test } from "vitest";
import type { FlowInput } from "../../../../src/domain/flow/flow.js";
import { mapLine } from "../../../../src/domain/flow/inputs/map-line.js";
import type { MappedLine } from "../../../../src/domain/flow/inputs/map-line.js";
import { planInputs } from "../../../../src/domain/flow/inputs/plan-inputs.js";
import type { JsonObject } from "../../../../src/domain/json/json.js";

const inputs: Readonly<Record<string, FlowInput>> = {
  question: { type: "string" },
  truth: { type: "string" },
  count: { type: "int", default: 0 },
  note: { type: "string", default: null },
};
const columns = new Map([
  ["data", new Set(["question", "note"])],
  ["run.outputs", new Set(["answer"])],
]);
const { plan } = planInputs({ inputs, mapping: { truth: "${run.outputs.answer}" }, columns });

function map(number: number, data: JsonObject, outputs: JsonObject): MappedLine {
  return mapLine({ number, rows: { data, "run.outputs": outputs } }, plan, inputs);
}

describe("a line", () => {
  test("gets its inputs from its rows, defaults and types", () => {
    expect(map(4, { question: "q", note: "n" }, { answer: 5 })).toEqual({
      line_number: 4,
      inputs: { question: "q", truth: "5", count: 0, note: "n" },
    });
  });

  test("without an optional column gets null", () => {
    expect(map(4, { question: "q" }, { answer: "a" }).inputs).toEqual({
      question: "q",
      truth: "a",
      count: 0,
      note: null,
    });
  });

  test("without columns that other lines have fails alone, and names all of them", () => {
    expect(map(7, { note: "n" }, {})).toEqual({
      line_number: 7,
      inputs: { count: 0, note: "n" },
      error: {
        type: "InputNotFound",
        message:
          "Line 7 has no value for `question` (${data.question}), `truth` (${run.outputs.answer}). Other lines have these columns. Complete the row, or give the input a default.",
        isUserError: true,
      },
    });
  });

  test("does not take the properties that every object has for columns", () => {
    const declared: Readonly<Record<string, FlowInput>> = { x: { type: "object" } };
    const planned = planInputs({
      inputs: declared,
      mapping: { x: "${data.constructor}" },
      columns: new Map([["data", new Set(["constructor"])]]),
    });
    const line = mapLine({ number: 0, rows: { data: {} } }, planned.plan, declared);
    expect(line.error?.type).toBe("InputNotFound");
  });
});
