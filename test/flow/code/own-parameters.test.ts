import { expect, it } from "vitest";
import { ownParameters } from "../../../src/flow/code/own-parameters.js";

type Given = Record<string, unknown>;
const needed = (name: string) => ({ name, required: true });
const optional = (name: string, value: unknown) => ({ name, required: false, default: value });

class Flow {
  readonly arrow = ({ a }: Given) => a;
  async run({ a, b = 1 }: Given) {
    return Promise.resolve([a, b]);
  }
}

/** Its text alone is read; it is never called. */
function methodOf(instance: object, name: string): () => unknown {
  // The class above has a function of this name.
  return Reflect.get(instance, name) as () => unknown;
}

async function withDefault({ a }: Given = {}) {
  return Promise.resolve(a);
}

it.each([
  ["an arrow", ({ a, b: renamed }: Given) => [a, renamed], [needed("a"), needed("b")]],
  [
    "defaults",
    ({ a = "x", b = -2, c = [1, true], d = null, e = {} }: Given) => [a, b, c, d, e],
    [
      optional("a", "x"),
      optional("b", -2),
      optional("c", [1, true]),
      optional("d", null),
      optional("e", {}),
    ],
  ],
  ["an async function", withDefault, [needed("a")]],
  ["a name in quotes", ({ "my input": a }: Given) => a, [needed("my input")]],
  ["nested parts", ({ a: { b } }: { a: Given }) => b, [needed("a")]],
  ["a method", methodOf(new Flow(), "run"), [needed("a"), optional("b", 1)]],
  ["an arrow in a class", new Flow().arrow, [needed("a")]],
])("finds the inputs of %s", (_what, code, expected) => {
  expect(ownParameters(code)).toEqual(expected);
});

it.each([
  ["a plain parameter", (inputs: Given) => inputs],
  ["no parameter", () => 1],
  ["the rest", ({ a, ...rest }: Given) => [a, rest]],
  ["a default that is computed", ({ a = Date.now() }: Given) => a],
  ["a native function", Math.max],
])("finds none for %s", (_what, code) => {
  expect(ownParameters(code)).toEqual([]);
});
