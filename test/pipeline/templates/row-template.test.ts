import { expect, test } from "vitest";
import { RowCondition, RowTemplate } from "../../../src/pipeline/templates/row-template.js";

test.each([
  ["{{ a }} {{ b.c }} {{ d['e'] }} {{ f[g] }} {{ h[1:i] }}", ["a", "b", "d", "f", "g", "h", "i"]],
  [
    "{% for x in xs %}{{ loop.index }}{{ x.a }}{{ y }}{% else %}{{ z }}{% endfor %}",
    ["xs", "y", "z"],
  ],
  ["{% for k, v in m if v > low %}{{ k }}{% endfor %}{{ k }}", ["m", "low", "k"]],
  ["{% set a = b %}{{ a }}{{ c }}", ["b", "c"]],
  ["{% macro m(p, q=r) %}{{ p }}{{ q }}{{ s }}{% endmacro %}{{ m(t) }}", ["r", "s", "t"]],
  ["{{ not a and b in c }}{{ -d }}{{ 1 if e else f }}", ["a", "b", "c", "d", "e", "f"]],
  ["{{ a | replace('x', b) | join(c) }}{{ f(kw=g) }}", ["a", "b", "c", "f", "g"]],
  ["{{ range(n) }}{{ true }}{{ none }}{# no #}", ["n"]],
  ["{{ {'k': a, b: 1} }}{{ [c, (d, e)] }}", ["a", "b", "c", "d", "e"]],
  ["{% filter upper %}{{ a }}{% endfilter %}", ["a"]],
])("the columns of %s", (text, reads) => {
  const { columns } = new RowTemplate(text);
  expect([...columns.reads].sort()).toEqual([...reads].sort());
  expect(columns.mayRead).toEqual([]);
});

test("columns that a template asks for may be absent", () => {
  const text = "{% if a is defined %}{{ a }}{% endif %}{{ b | default('none') }} {{ c }}";
  const template = new RowTemplate(text);
  expect(template.columns).toEqual({ reads: ["c"], mayRead: ["a", "b"] });
  expect(template.render({ c: 1 })).toBe("none 1");
  expect(template.render({ a: "x", b: "y", c: 1 })).toBe("xy 1");
});

test("a template is rendered without escapes, and lists and objects are written as JSON", () => {
  const text = "{{ a }} {{ b }} {{ c }} {{ d }}";
  const row = { a: "<&\"'>{{ b }}", b: ["x", 1, null], c: { k: true }, d: 0.5 };
  expect(new RowTemplate(text).render(row)).toBe('<&"\'>{{ b }} ["x", 1, null] {"k": true} 0.5');
});

test("a column may be called as a name of Jinja's own", () => {
  expect(new RowTemplate("{{ a }}").render({ a: 1, range: 2, true: 3 })).toBe("1");
});

test("a missing column fails the row", () => {
  expect(() => new RowTemplate("{{ a }}{{ b }}").render({ a: 1 })).toThrow(
    "Expected the columns of the template (a, b), missing is b.",
  );
});

test("code of JavaScript can't be reached", () => {
  const template = new RowTemplate("{{ a.constructor.constructor('return 1')() }}");
  expect(() => template.render({ a: "x" })).toThrow("The template fails for this row: ");
});

test.each(["{{ a", "{% if %}", "{% for x %}{% endfor %}"])("%s is no template", (text) => {
  expect(() => new RowTemplate(text)).toThrow();
});

test.each(["a >", "", "a %}x{% if b", "a %}{% else %}x"])("%j is no expression", (text) => {
  expect(() => new RowCondition(text)).toThrow();
});

test("a condition is true or false of a row", () => {
  const condition = new RowCondition("score | int >= 4 and language in ['en', 'de']");
  expect(condition.columns.reads).toEqual(["score", "language"]);
  expect(condition.holds({ score: "4", language: "de" })).toBe(true);
  expect(condition.holds({ score: 3, language: "de" })).toBe(false);
  expect(condition.holds({ score: 5, language: "fr" })).toBe(false);
});
