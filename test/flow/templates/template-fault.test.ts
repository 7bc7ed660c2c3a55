import { describe, expect, it } from "vitest";
import { templateFault } from "../../../src/flow/templates/template-fault.js";

describe("the fault of a template", () => {
  it.each([
    ["{{ a }}{% if b %}x{% elif c %}y{% else %}z{% endif %}", undefined],
    ["{% set a %}x{% endset %}{% set b = 1 %}{# c #}{% raw %}{{ {% endraw %}", undefined],
    ["{% raw %}{{", { line: 1, column: 1, message: "the block `raw` has no `endraw`" }],
    ["x\n {{ a ", { line: 2, column: 2, message: "the tag {{ is not closed" }],
    ["x{# a ", { line: 1, column: 2, message: "the tag {# is not closed" }],
    [
      '{{ "}}" }} {{ a b }}',
      {
        line: 1,
        column: 12,
        message: "Expected closing expression token. Identifier !== CloseExpression",
      },
    ],
    [
      "a\n\n{% for x in %}{% endfor %}",
      { line: 3, column: 1, message: "Unexpected token: CloseStatement" },
    ],
    ["a\n  {% if a %}x", { line: 2, column: 3, message: "the block `if` has no `endif`" }],
    ["x{% endif %}", { line: 1, column: 2, message: "`endif` ends a block that is not open" }],
    [
      "{% if a %}{% for x in y %}{% endif %}{% endfor %}",
      {
        line: 1,
        column: 27,
        message: "`endif` ends a block that is not open, and the open block is `for`",
      },
    ],
    [
      "a\n {{ a | jsonn }}",
      { line: 2, column: 9, message: "there is no filter `jsonn`. Did you mean `tojson`?" },
    ],
    ["\n{% include 'a' %}", { line: 2, column: 1, message: "Unknown statement type: include" }],
  ])("of %j is %j", (text, fault) => {
    expect(templateFault(text)).toEqual(fault);
  });
});
