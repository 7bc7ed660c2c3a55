const roleWord = /(?:system|user|assistant|function|tool)\s*:/i;

/** A role that an expression names, as in `# {{ message.role }}:`. */
const madeRole = /\}\}\s*:/;

/**
 * True if no text that a chat template renders can have a role line, so that each line of a batch
 * would fail. Role lines in the values of inputs do not count: `guardRoles` takes them out.
 */
export function lacksRoles(template: string): boolean {
  return !roleWord.test(template) && !madeRole.test(template);
}

/** The hint for a chat template without roles. */
export const rolesNeeded =
  'Begin it with a role on a line of its own, such as "# system:" or "# user:", or use `api: completion` for a prompt without roles.';
