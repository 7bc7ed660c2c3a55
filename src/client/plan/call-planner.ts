import type { Environment } from "../../domain/environment.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { readEnvironment } from "../../providers/access/environment.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { refuseUnknownApis } from "../start/refuse-unknown-prices.js";
import type { CallPlanner } from "./plan-calls.js";
import type { PromptMeter } from "./prompt-meter.js";
import { readEvidence } from "./read-evidence.js";

export interface PlannerParts {
  readonly settings: Pick<ExperimentSettings, "name" | "dataFolder" | "envFile" | "prices">;
  /** `<api>/<model>` of the calls to estimate. */
  readonly targets: readonly string[];
  readonly meter: PromptMeter;
  readonly providers: OpenedProviders;
  readonly env: Environment;
}

/**
 * Collects the known facts about the models of a plan: earlier answers, prices and context lengths.
 */
export async function callPlanner(parts: PlannerParts): Promise<CallPlanner> {
  const { settings, targets, meter, providers, env } = parts;
  const { name, dataFolder, envFile, prices } = settings;
  const { tokensOf } = providers;
  const search = { name, dataFolder, targets: new Set(targets), meter, tokensOf };
  refuseUnknownApis(prices, providers.apis);
  const environment = await readEnvironment(envFile, env);
  return {
    known: await readEvidence(search),
    priceOf: async (record) => providers.priceOf(record, { environment, prices }),
    similarModelOf: async (record) => providers.similarModelOf(record, { environment, prices }),
    ownAddressOf: async (record) => providers.ownAddressOf(record, environment),
    contextWindowOf: async (record) => providers.contextWindowOf(record, environment),
  };
}
