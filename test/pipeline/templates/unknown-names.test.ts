import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { knownTests, parseTemplate } from "../../../src/pipeline/templates/jinja.js";
import {
  calledFilters,
  plainFilters,
  unknownNames,
} from "../../../src/pipeline/templates/unknown-names.js";

function messagesOf(text: string): readonly string[] {
  return unknownNames(text, parseTemplate(text).program).map(({ message }) => message);
}

test.each([
  ["{{ g | jsonn }}", ["there is no filter `jsonn`. Did you mean `tojson`?"]],
  [
    "{{ g | uper }}{% if a is difined %}{{ g | uper }}{% endif %}",
    [
      "there is no filter `uper`. Did you mean `upper`?",
      "there is no test `difined`. Did you mean `defined`?",
    ],
  ],
  ["{{ g | count }}", ["there is no filter `count`. Did you mean `length`?"]],
  [
    "{% for x in xs | sort | frist %}{{ [{'a': x | lowr}] }}{% endfor %}",
    [
      "there is no filter `frist`. Did you mean `first`?",
      "there is no filter `lowr`. Did you mean `lower`?",
    ],
  ],
  ["{% filter uper %}x{% endfilter %}", ["there is no filter `uper`. Did you mean `upper`?"]],
  [
    "{{ xs | selectattr('a', 'equals', '1') | list }}",
    ["there is no test `equals`. Did you mean `equalto`?"],
  ],
  ["{{ g | default }}", ["the filter `default` needs a value in parentheses"]],
  ["{{ g | upper() }}", ["the filter `upper` takes no parentheses"]],
  ["{{ g | tojson }}{{ g | tojson(indent=2) }}{{ 'a | b' }}{{ a is not none }}", []],
])("the unknown names of %s", (text, messages) => {
  expect(messagesOf(text)).toEqual(messages);
});

test("a name without a similar one is told with those that are known", () => {
  const [message] = messagesOf("{{ a | wordwrapped }}");
  expect(message).toMatch(/^there is no filter `wordwrapped`\. Known: `abs`, `bool`, .*`upper`/);
});

test("a place is that of the filter, and not of a column of its name", () => {
  const text = "jsonn\n{{ jsonn | jsonn }}";
  const [{ offset } = { offset: -1 }] = unknownNames(text, parseTemplate(text).program);
  expect(offset).toBe(text.lastIndexOf("jsonn"));
});

/** Operands to which one filter or another applies. */
const operands = ["'b a'", "[2, 1]", "[{'k': 1}]", "{'k': 1}", "-1", "true"];
const givenTo: Readonly<Record<string, string>> = {
  default: "1",
  get: "'k'",
  map: "attribute='k'",
  rejectattr: "'k'",
  replace: "'a', 'b'",
  selectattr: "'k'",
};

function renders(text: (operand: string) => string): boolean {
  return operands.some((operand) => {
    try {
      parseTemplate(text(operand)).render({});
      return true;
    } catch {
      return false;
    }
  });
}

test("the library renders each known filter", () => {
  const plain = plainFilters.filter((name) => !renders((on) => `{{ ${on} | ${name} }}`));
  const called = calledFilters.filter(
    (name) => !renders((on) => `{{ ${on} | ${name}(${givenTo[name] ?? ""}) }}`),
  );
  expect({ plain, called }).toEqual({ plain: [], called: [] });
});

test("the library does not render a plain filter with parentheses, and the other way", () => {
  const alsoCalled = plainFilters
    .filter((name) => !calledFilters.includes(name))
    .filter((name) => renders((on) => `{{ ${on} | ${name}() }}`));
  const alsoPlain = calledFilters
    .filter((name) => !plainFilters.includes(name))
    .filter((name) => renders((on) => `{{ ${on} | ${name} }}`));
  expect({ alsoCalled, alsoPlain }).toEqual({ alsoCalled: [], alsoPlain: [] });
});

test("the library's source names no other filter", () => {
  const library = dirname(createRequire(import.meta.url).resolve("@huggingface/jinja"));
  const source = readFileSync(join(library, "../src/runtime.ts"), "utf8");
  const [, apply = ""] = /private applyFilter\((.*?)private evaluateFilterExpression/s.exec(
    source,
  )!;
  const named = [...apply.matchAll(/(?:case |filterName === |filter\.value === )"(\w+)"/g)];
  const known = [...plainFilters, ...calledFilters];
  expect(named.length).toBeGreaterThan(20);
  expect(named.map(([, name = ""]) => name).filter((name) => !known.includes(name))).toEqual([]);
});

test("the tests are those of the library", () => {
  expect(knownTests).toEqual(expect.arrayContaining(["defined", "none", "string", "mapping"]));
});
