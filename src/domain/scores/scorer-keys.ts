import { computed } from "../computed.js";
import type { NeededKey } from "../record/needed-keys.js";
import { shellWord } from "../shell-word.js";
import { builtInScorers, isBuiltIn } from "./scorer-setting.js";
import type { ScorerSetting } from "./scorer-setting.js";

/**
 * Returns the keys of the records that built-in scorers read. The keys for a module's own scorer
 * are unknown.
 *
 * @param areDefaults true if the scorers are meant for all inputs of a folder. An input without a
 *   scorer's key then skips the scorer.
 */
export function keysOfScorers(
  settings: readonly ScorerSetting[],
  areDefaults = false,
): readonly NeededKey[] {
  const scorers = new Map<string, string[]>();
  for (const setting of settings) {
    if (readsKey(setting)) {
      computed<string, string[]>(scorers, expectedKey(setting), () => []).push(setting.scorer);
    }
  }
  return [...scorers].map(([key, all]) => {
    const names = [...new Set(all)];
    const [first = ""] = names;
    return {
      key,
      use:
        names.length === 1
          ? `which the scorer \`${first}\` compares with`
          : `which the scorers \`${names.join("`, `")}\` compare with`,
      remedy: (other = "KEY") =>
        `use --scorers ${shellWord(names.map((name) => `${name}:expected=${other}`).join(","))}`,
      effect: "Records without it get no score.",
      mayBeEmpty: true,
      ...(areDefaults && { leftOut: leftOutText(names, key) }),
    };
  });
}

function leftOutText(names: readonly string[], key: string): string {
  const list = names.map((name) => `\`${name}\``).join(", ");
  const [noun, verb] = names.length === 1 ? ["scorer", "is"] : ["scorers", "are"];
  return (
    `No record has \`${key}\`, so the ${noun} ${list} of the settings ${verb} left out. ` +
    "Choose others with --scorers."
  );
}

/** Returns the scorers that read none of the keys. */
export function scorersWithout(
  settings: readonly ScorerSetting[],
  keys: readonly string[],
): readonly ScorerSetting[] {
  return settings.filter((setting) => !readsKey(setting) || !keys.includes(expectedKey(setting)));
}

function expectedKey({ expected = "expected_response" }: ScorerSetting): string {
  return expected;
}

/** False for `json-valid`, and for a pattern or a schema that holds for all records. */
function readsKey({ scorer, pattern, schema }: ScorerSetting): boolean {
  if (!isBuiltIn(scorer)) return false;
  const takesKey = (builtInScorers[scorer] as readonly string[]).includes("expected");
  return takesKey && pattern === undefined && schema === undefined;
}
