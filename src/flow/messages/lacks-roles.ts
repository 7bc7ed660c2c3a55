import type { FlowValue } from "../../domain/flow/flow.js";

const roleWord = /(?:system|user|assistant|function|tool)\s*:/i;

/** Matches a role from an expression, as in `# {{ message.role }}:` or `{{ role + ":\n" }}`. */
const madeRole = /\}\}\s*:|\{[{%][^}]*:(?:\s|\\n)*["'][^}]*[%}]\}/;

/**
 * True if no rendering of a chat template can contain a role line, so that each line of a batch
 * would fail. Role lines in the values of the flow's inputs do not count, because `guardRoles`
 * marks them as text. The output of another node, such as a prompt node, may have roles.
 *
 * @param inputs of the node
 */
export function lacksRoles(template: string, inputs: readonly FlowValue[] = []): boolean {
  return !roleWord.test(template) && !madeRole.test(template) && !inputs.some(mayHaveRoles);
}

function mayHaveRoles(input: FlowValue): boolean {
  if (input.kind === "literal") return roleWord.test(JSON.stringify(input.value));
  return input.kind === "node";
}

/** Hint for a chat template without roles. */
export const rolesNeeded =
  'Begin it with a role on a line of its own, such as "# system:" or "# user:", or use `api: completion` for a prompt without roles.';
