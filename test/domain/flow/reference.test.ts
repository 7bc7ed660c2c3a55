import { describe, expect, it } from "vitest";
import { readValue, referenceText } from "../../../src/domain/flow/reference.js";
import type { ReferenceValue } from "../../../src/domain/flow/reference.js";

const cases: readonly (readonly [text: string, value: ReferenceValue, written: string])[] = [
  ["${inputs.question}", { kind: "input", input: "question", path: [] }, "${inputs.question}"],
  ["${flow.question}", { kind: "input", input: "question", path: [] }, "${inputs.question}"],
  ["${inputs.a.b}", { kind: "input", input: "a", path: ["b"] }, "${inputs.a.b}"],
  ["${inputs.with.dot}", { kind: "input", input: "with.dot", path: [] }, "${inputs.with.dot}"],
  ["${fetch.output}", { kind: "node", node: "fetch", path: [] }, "${fetch.output}"],
  ["${fetch}", { kind: "node", node: "fetch", path: [] }, "${fetch.output}"],
  [
    "${fetch.output.y['z'][0]}",
    { kind: "node", node: "fetch", path: ["y", "z", 0] },
    "${fetch.output.y.z[0]}",
  ],
  [
    "${fetch.output['first name']}",
    { kind: "node", node: "fetch", path: ["first name"] },
    "${fetch.output['first name']}",
  ],
  [
    '${fetch.output["a.b"][12].c}',
    { kind: "node", node: "fetch", path: ["a.b", 12, "c"] },
    "${fetch.output['a.b'][12].c}",
  ],
  ["${fetch.output[0]}", { kind: "node", node: "fetch", path: [0] }, "${fetch.output[0]}"],
];

describe("a reference", () => {
  it.each(cases)("%s is read, and written again", (text, value, written) => {
    expect(readValue(text, ["with.dot"])).toEqual({ value });
    expect(referenceText(value)).toBe(written);
  });

  it.each(["text", "${inputs.a} and more", "$", "${}", 3, null, ["${inputs.a}"]])(
    "is not %j, which is a literal",
    (value) => {
      expect(readValue(value)).toEqual({ value: { kind: "literal", value } });
    },
  );

  it.each([
    [
      "${fetch.result}",
      'The reference ${fetch.result} reads `result` of the node "fetch". A node has `output` alone: ${fetch.output}.',
    ],
    [
      "${fetch.output[x]}",
      "The reference ${fetch.output[x]} can't be read. Write its parts as .name, ['name'] or [0].",
    ],
    [
      "${inputs.}",
      "The reference ${inputs.} can't be read. Write its parts as .name, ['name'] or [0].",
    ],
  ])("%s is refused", (text, problem) => {
    expect(readValue(text)).toEqual({ problem });
  });
});
