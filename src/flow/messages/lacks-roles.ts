const roleWord = /(?:system|user|assistant|function|tool)\s*:/i;

/** Matches a role from an expression, as in `# {{ message.role }}:`. */
const madeRole = /\}\}\s*:/;

/**
 * True if no rendering of a chat template can contain a role line, so that each line of a batch
 * would fail. Role lines in the values of inputs do not count, because `guardRoles` marks them as
 * text.
 */
export function lacksRoles(template: string): boolean {
  return !roleWord.test(template) && !madeRole.test(template);
}

/** Hint for a chat template without roles. */
export const rolesNeeded =
  'Begin it with a role on a line of its own, such as "# system:" or "# user:", or use `api: completion` for a prompt without roles.';
