import { describe, expect, it } from "vitest";
import { renderTemplate, variablesOf } from "../../../src/flow/templates/flow-template.js";
import type { JsonObject } from "../../../src/domain/json/json.js";

describe("a template of a flow", () => {
  const cases: readonly (readonly [string, JsonObject, string])[] = [
    ["{{ a }}", { a: [1, "x", null, true] }, "[1, 'x', None, True]"],
    ["{{ a }}", { a: { k: "it's", n: 1.5 } }, "{'k': \"it's\", 'n': 1.5}"],
    ["{{ a }} {{ b }}", { a: null, b: false }, "None False"],
    ["[{{ missing }}]", {}, "[]"],
    ["{% if a is none %}no{% else %}{{ a }}{% endif %}", { a: null }, "no"],
    ["{% for x in a %}{{ loop.index }}{{ x }}{% endfor %}", { a: [true] }, "1True"],
    ["{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(true) }}", {}, "<True>"],
    ["{{ a | tojson }}", { a: [null] }, "[null]"],
    ["{% set b = a + 1 %}{{ b }}", { a: 1 }, "2"],
    ["a\n", {}, "a\n"],
    ["a\r\n{% if true %}\r\nb\rc{% endif %}", {}, "a\nb\nc"],
    ["a\n\n", {}, "a\n\n"],
    ["{% if true %}\na\n{% endif %}\n", {}, "a\n"],
    ["  {% if true %}\n  a\n  {% endif %}\n", {}, "    a\n  "],
    ["x\n  {%- if true %}a{% endif -%}\n  y", {}, "xay"],
    ["{% if true -%}\n  {% if true %}a{% endif %}{% endif %}", {}, "a"],
    ["{% raw %}{{ a }}{% endraw %}", {}, "{{ a }}"],
    ["x {%- raw -%}\n {% if \n{% endraw %}\ny", {}, "x{% if \ny"],
  ];
  it.each(cases)("renders %j with %j as Python does", (template, inputs, text) => {
    expect(renderTemplate(template, inputs)).toBe(text);
  });

  it("names the variables that it needs", () => {
    expect(variablesOf("{{ a.b }}{% for x in c %}{{ x }}{% endfor %}{{ d | default(1) }}")).toEqual(
      ["a", "c"],
    );
  });

  it("fails a line with the reason", () => {
    expect(() => renderTemplate("{{ a.b.c() }}", { a: 1 })).toThrow(/^The template fails: /);
  });
});
