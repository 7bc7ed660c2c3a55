import { access } from "node:fs/promises";
import { ourKeys } from "../../domain/record/output-line.js";
import { scoreErrorKey } from "../../domain/scores/scored-line.js";
import { isScorerPath } from "../../domain/scores/scorer-setting.js";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { UserError } from "../../domain/failure/user-error.js";
import { openScoring } from "./scoring.js";
import type { ScoringOptions } from "./scoring.js";

/** Keys of a record that a score must not replace. */
const inputKeys = [
  ...["id", "api", "prompt", "model_name", "parameters", "group", "expected_response"],
] as const;

/**
 * Returns the system's error for the first unreadable file; `undefined` if all files are readable.
 */
async function unreadable(settings: readonly ScorerSetting[]): Promise<unknown> {
  for (const { scorer, schema } of settings) {
    const paths = [isScorerPath(scorer) && scorer, typeof schema === "string" && schema];
    for (const path of paths) {
      if (path === false) continue;
      const error = await access(path).catch((reason: unknown) => reason);
      if (error !== undefined) return error;
    }
  }
  return undefined;
}

/**
 * Loads the scorers and checks that each has a unique key. Throws a `UserError` for an invalid
 * scorer or a duplicate key.
 */
export async function checkScorers(
  settings: readonly ScorerSetting[],
  options: ScoringOptions = {},
): Promise<void> {
  if (settings.length === 0) return;
  const scoring = await openScoring(settings, options);
  await scoring.close();
  const taken = new Set<string>([...ourKeys, ...inputKeys]);
  for (const { key, problem } of scoring.scorers) {
    if (problem !== undefined) throw new UserError(problem, { cause: await unreadable(settings) });
    const other = [key, scoreErrorKey(key)].find((each) => taken.has(each));
    if (other !== undefined) {
      throw new UserError(
        `Expected every scorer to have a key of its own, got \`${other}\` twice: each line of the completed file has that key already. Give the scorer another one: \`as=…\`.`,
      );
    }
    taken.add(key);
    taken.add(scoreErrorKey(key));
  }
}
