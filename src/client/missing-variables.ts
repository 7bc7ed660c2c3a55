import { resolve } from "node:path";
import type { CheckedInput } from "../storage/check-input.js";
import type { Environment } from "./ostinato.js";
import type { ProviderKnowledge } from "./provider-knowledge.js";

export interface TargetVariables {
  /** `<api>/<model>` */
  readonly target: string;
  /** By name: `OPENAI_API_KEY_gpt_4o or OPENAI_API_KEY`. */
  readonly missing: readonly string[];
}

interface VariableSearch {
  readonly providers: ProviderKnowledge;
  readonly input: Pick<CheckedInput, "sampleByTarget">;
  readonly env: Environment;
  readonly envFile: string;
}

/** What the shell and the environment file lack, for each `<api>/<model>` of an input. */
export async function missingVariables(search: VariableSearch): Promise<TargetVariables[]> {
  const { providers, input, env, envFile } = search;
  const environment = await providers.readEnvironment(resolve(envFile), env);
  const found: TargetVariables[] = [];
  for (const [target, record] of input.sampleByTarget) {
    found.push({ target, missing: await providers.missingVariables(record, environment) });
  }
  return found;
}
