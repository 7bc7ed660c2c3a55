import { expect, test } from "vitest";
import { lacksRoles } from "../../../src/flow/messages/lacks-roles.js";

test.each([
  ["{{ question }}", true],
  ["Answer this: {{ question }}", true],
  ["# systen\nBe short.\n# usr\n{{ question }}", true],
  ["# system:\nBe short.\n# user:\n{{ question }}", false],
  ["{% if short %}\nSystem :\nBe short.\n{% endif %}{{ question }}", false],
  ["{% for each in history %}\n# {{ each.role }}:\n{{ each.text }}\n{% endfor %}", false],
])("of the template %j, no text can have a role: %s", (template, lacks) => {
  expect(lacksRoles(template)).toBe(lacks);
});
