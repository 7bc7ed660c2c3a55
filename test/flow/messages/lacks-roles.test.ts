import { expect, test } from "vitest";
import { lacksRoles } from "../../../src/flow/messages/lacks-roles.js";

test.each([
  ["{{ question }}", true],
  ["Answer this: {{ question }}", true],
  ["# systen\nBe short.\n# usr\n{{ question }}", true],
  ["# system:\nBe short.\n# user:\n{{ question }}", false],
  ["{% if short %}\nSystem :\nBe short.\n{% endif %}{{ question }}", false],
  ["{% for each in history %}\n# {{ each.role }}:\n{{ each.text }}\n{% endfor %}", false],
  ['{% for each in history %}{{ each.role + ":\\n" + each.text }}{% endfor %}', false],
])("of the template %j, no text can have a role: %s", (template, lacks) => {
  expect(lacksRoles(template)).toBe(lacks);
});

test("the output of another node and a literal may have a role, an input of the flow has none", () => {
  const input = { kind: "input", input: "q", path: [] } as const;
  const node = { kind: "node", node: "history", path: [] } as const;
  const literal = (value: string) => ({ kind: "literal", value }) as const;
  expect(lacksRoles("{{ text }}", [input, literal("Be brief.")])).toBe(true);
  expect(lacksRoles("{{ text }}", [input, node])).toBe(false);
  expect(lacksRoles("{{ text }}", [literal("# system:\nBe brief.")])).toBe(false);
});
