import { resolve } from "node:path";
import type { CheckedInput } from "../../storage/input/check-input.js";
import type { Environment } from "../../domain/environment.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { shellWord } from "../../domain/shell-word.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";

export interface TargetVariables {
  /** `<api>/<model>` */
  readonly target: string;
  /** Names of the variables: `OPENAI_API_KEY_gpt_4o or OPENAI_API_KEY`. */
  readonly missing: readonly string[];
}

interface VariableSearch {
  readonly providers: OpenedProviders;
  readonly input: Pick<CheckedInput, "sampleByTarget">;
  readonly env: Environment;
  readonly envFile: string;
}

interface NoticeSearch extends VariableSearch {
  /** The experiment's name, for the command to paste. */
  readonly name: string;
}

/**
 * Returns notices only, because a worker elsewhere may have the key. Without it, the records wait.
 */
export async function missingKeyNotices(search: NoticeSearch): Promise<string[]> {
  const targets = await missingVariables(search);
  return targets.flatMap(({ target, missing }) =>
    missing.map(
      (variable) =>
        `${target} needs ${variable}, set neither here nor in ${search.envFile}. ` +
        `Its records wait until a worker has it: set it, then ` +
        `\`ostinato resume ${shellWord(search.name)}\`.`,
    ),
  );
}

/**
 * The variables that neither the shell nor the environment file has, for each `<api>/<model>` of an
 * input.
 */
export async function missingVariables(search: VariableSearch): Promise<TargetVariables[]> {
  const { providers, input, env, envFile } = search;
  const environment = await readEnvironment(resolve(envFile), env);
  const found: TargetVariables[] = [];
  for (const [target, record] of input.sampleByTarget) {
    found.push({ target, missing: await providers.missingVariables(record, environment) });
  }
  return found;
}
