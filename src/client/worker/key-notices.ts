import { resolve } from "node:path";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import type { Ostinato } from "../connection/ostinato.js";
import { missingKeyNotices } from "./missing-variables.js";

export interface KeySearch {
  readonly providers: OpenedProviders;
  readonly ostinato: Ostinato;
  readonly settings: ExperimentSettings;
}

/**
 * Tells which keys the models of a graph lack, a sentence each.
 *
 * @param targets `<api>/<model>` each
 */
export async function keyNotices(
  targets: readonly string[],
  { providers, ostinato, settings }: KeySearch,
): Promise<readonly string[]> {
  const sampleByTarget = new Map(targets.map((target) => [target, sampleOf(target)]));
  const { name } = settings;
  const envFile = resolve(settings.envFile);
  const input = { sampleByTarget };
  return missingKeyNotices({ name, providers, input, env: ostinato.env, envFile });
}

/** A record of an `<api>/<model>`. */
export function sampleOf(target: string): PromptRecord {
  const slash = target.indexOf("/");
  return { api: target.slice(0, slash), model_name: target.slice(slash + 1), prompt: "" };
}
