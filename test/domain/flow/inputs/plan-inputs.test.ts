import { describe, expect, test } from "vitest";
import type { FlowInput } from "../../../../src/domain/flow/flow.js";
import { planInputs } from "../../../../src/domain/flow/inputs/plan-inputs.js";
import type { PlannedInputs } from "../../../../src/domain/flow/inputs/plan-inputs.js";
import type { JsonObject } from "../../../../src/domain/json/json.js";

type Inputs = Readonly<Record<string, FlowInput>>;

const text: FlowInput = { type: "string" };

function plan(inputs: Inputs, mapping?: JsonObject, sources: JsonObject = {}): PlannedInputs {
  const columns = new Map(
    // Each test names the columns of a source as a list of texts.
    Object.entries(sources).map(([name, list]) => [name, new Set(list as readonly string[])]),
  );
  return planInputs({ inputs, mapping, columns });
}

function origins(planned: PlannedInputs): Readonly<Record<string, unknown>> {
  return Object.fromEntries(planned.plan);
}

describe("an input", () => {
  const sources = { data: ["q", "other"] };

  test("comes from its mapping before its default", () => {
    const inputs = { q: { type: "string", default: "d" } } as const;
    expect(origins(plan(inputs, { q: "${data.other}" }, sources))).toEqual({
      q: {
        kind: "column",
        text: "${data.other}",
        places: [{ source: "data", column: "other" }],
      },
    });
  });

  test("comes from its default before the same-named column", () => {
    const inputs = { q: { type: "string", default: "d" } } as const;
    expect(origins(plan(inputs, {}, sources))).toEqual({ q: { kind: "value", value: "d" } });
  });

  test.each([0, false, "", [], {}])("comes from the falsy default %j", (value) => {
    expect(origins(plan({ q: { type: "object", default: value } }, {}, sources))).toEqual({
      q: { kind: "value", value },
    });
  });

  test("comes from the same-named column of data without mapping and default", () => {
    const { plan: planned, warnings } = plan({ q: text }, undefined, sources);
    expect(Object.fromEntries(planned)).toEqual({
      q: { kind: "column", text: "${data.q}", places: [{ source: "data", column: "q" }] },
    });
    expect(warnings).toEqual([
      'No mapping given: inputs come from the same-named columns of "data".',
    ]);
  });

  test("comes from the same-named column before a default of null, which fills gaps", () => {
    const inputs = {
      q: { type: "string", default: null },
      absent: { type: "string", default: null },
    } as const;
    expect(origins(plan(inputs, {}, sources))).toEqual({
      q: {
        kind: "column",
        text: "${data.q}",
        places: [{ source: "data", column: "q" }],
        otherwise: null,
      },
      absent: { kind: "value", value: null },
    });
  });

  test("comes from the source with the shortest matching name that has the column", () => {
    const inputs = { one: text, two: text };
    const mapping = { one: "${run.outputs.a}", two: "${run.outputs.b}" };
    const known = { run: ["outputs.a"], "run.outputs": ["a", "b"] };
    expect(origins(plan(inputs, mapping, known))).toMatchObject({
      one: {
        places: [
          { source: "run", column: "outputs.a" },
          { source: "run.outputs", column: "a" },
        ],
      },
      two: { places: [{ source: "run.outputs", column: "b" }] },
    });
  });
});

describe("references that no row resolves", () => {
  test("are all named in one error", () => {
    const inputs = { a: text, b: text, c: text, d: text };
    const mapping = { a: "${data.anwser}", b: "${gold.x}", c: "${data}" };
    expect(() => plan(inputs, mapping, { data: ["answer"] })).toThrow(
      [
        "Expected a value for each input of the flow, but 4 inputs cannot be resolved:",
        '- `a` is mapped to ${data.anwser}, but no row of the source "data" has the column "anwser". Did you mean "answer"?',
        '- `b` is mapped to ${gold.x}, but there is no source "gold". Known: "data".',
        "- `c` is mapped to ${data}, but a reference is ${source.column}.",
        '- `d` has no mapping and no default, and no row of the source "data" has the column "d". Known: "answer".',
        "Map inputs with --map 'INPUT=${SOURCE.COLUMN}'.",
      ].join("\n"),
    );
  });
});

describe("a mapping", () => {
  test("of a mistyped input is told with the input that has no value", () => {
    expect(() => plan({ question: text }, { questoin: "x" }, { data: ["q"] })).toThrow(
      [
        '- `question` has no mapping and no default, and no row of the source "data" has the column "question". Known: "q".',
        "- The mapping of `questoin` is ignored, because the flow has no such input. Did you mean `question`?",
      ].join("\n"),
    );
  });

  test("to a reference without braces is refused", () => {
    expect(() => plan({ q: text }, { q: "$data.q" }, { data: ["q"] })).toThrow(
      '- `q` is mapped to "$data.q", which has no braces. Did you mean ${data.q}?',
    );
  });

  test.each(["$5.99", "$", "$HOME", "costs $data.q"])("to the text %s is a literal", (value) => {
    const planned = plan({ q: text }, { q: value }, { data: ["q"] });
    expect(origins(planned)).toEqual({ q: { kind: "value", value } });
  });

  test("of an unknown input is ignored with a warning", () => {
    expect(plan({ answer: text }, { answer: "x", anwser: "y" }).warnings).toEqual([
      "The mapping of `anwser` is ignored, because the flow has no such input. Did you mean `answer`?",
    ]);
  });

  test("to a text with a reference inside is a literal with a warning", () => {
    const planned = plan({ q: text }, { q: "About ${data.q}" }, { data: ["q"] });
    expect(origins(planned)).toEqual({ q: { kind: "value", value: "About ${data.q}" } });
    expect(planned.warnings).toEqual([
      "The mapping of `q` is a literal text, although it contains ${data.q}. A reference must be the whole value.",
    ]);
  });
});
