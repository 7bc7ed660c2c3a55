import type { Environment } from "../../domain/environment.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { PriceTable } from "../../domain/money/price.js";
import { hintOf } from "../../domain/nearest-match.js";
import { UserError } from "../../domain/failure/user-error.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { sampleOf } from "../worker/key-notices.js";

export interface PriceCheck {
  readonly settings: Pick<ExperimentSettings, "envFile" | "providers" | "prices" | "maxCost">;
  /** `<api>/<model>` of all calls that are known before the start. */
  readonly targets: readonly string[];
  readonly env: Environment;
}

/** Throws a `UserError` if a price table names an API that does not exist. */
export function refuseUnknownApis(prices: PriceTable = {}, apis: readonly string[]): void {
  const unknown = Object.keys(prices).find((api) => !apis.includes(api));
  if (unknown === undefined) return;
  throw new UserError(
    `There is no API ${JSON.stringify(unknown)}, which the prices name. ${hintOf(unknown, apis)}`,
  );
}

interface UnknownPrice {
  readonly target: string;
  /** The target, with the name of a similar model whose price is known. */
  readonly name: string;
}

/** Throws a `UserError` if `maxCost` is set and the price of a model is unknown. */
export async function refuseUnknownPrices({ settings, targets, env }: PriceCheck): Promise<void> {
  const { envFile, providers: modules, prices, maxCost } = settings;
  if (maxCost === undefined && prices === undefined) return;
  const providers = await openProviders(modules);
  refuseUnknownApis(prices, providers.apis);
  if (maxCost === undefined) return;
  const environment = await readEnvironment(envFile, env);
  const unknown: UnknownPrice[] = [];
  for (const target of new Set(targets)) {
    const price = await providers.priceOf(sampleOf(target), { prices, environment });
    if (price) continue;
    const similar = await providers.similarModelOf(sampleOf(target), { prices, environment });
    unknown.push({
      target,
      name: similar === undefined ? target : `${target} (similar: ${similar})`,
    });
  }
  const [first] = unknown;
  if (first === undefined) return;
  const { api, model_name: model = "*" } = sampleOf(first.target);
  const example = JSON.stringify({ [api]: { [model]: { input: 0.5, output: 1.5 } } });
  throw new UserError(
    `--max-cost needs the price of each model, and it is unknown for ${unknown.map(({ name }) => name).join(", ")}. ` +
      "Give it in dollars per million tokens, under `prices` in ostinato.json or in a file with --prices, " +
      `such as ${example}.`,
  );
}
