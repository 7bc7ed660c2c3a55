import type { Environment } from "../../domain/environment.js";
import { ownPrice } from "../../domain/money/price.js";
import type { Price, PriceTable } from "../../domain/money/price.js";
import { nearestMatch } from "../../domain/nearest-match.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { lookUp } from "../access/environment.js";
import type { Provider } from "../provider.js";
import { listedModels } from "./catalogue.js";
import type { FindListed, ListedModel } from "./catalogue.js";

/** A call for which a price is looked up. */
export interface PricedCall {
  readonly record: Pick<PromptRecord, "api" | "model_name">;
  readonly provider: Pick<Provider, "priceList">;
  readonly environment: Environment;
  /** Model that the API reports. The name of a deployment may not contain its model. */
  readonly model?: string | undefined;
  readonly atMs: number;
}

/** Finds the price of a call. Returns `undefined` if it is unknown. */
export type PriceOf = (call: PricedCall) => Price | undefined;

/**
 * Returns a function that finds the price of a call: in the user's own table, otherwise in the
 * public lists.
 */
export function createPriceSource(table: PriceTable | undefined, findListed: FindListed): PriceOf {
  return ({ record, provider, environment, model, atMs }) => {
    const { api, model_name: asked } = record;
    const own = ownPrice(table, { api, model: asked });
    if (own) return own;
    const vendor = vendorOf(provider, { model: asked, environment });
    if (!vendor) return undefined;
    const listed = (each: string | undefined): Price | undefined =>
      each === undefined ? undefined : findListed({ model: each, vendor, atMs })?.price;
    return listed(model) ?? listed(asked);
  };
}

/**
 * Finds the maximum tokens of a model's prompt and answer together. Returns `undefined` if the
 * model is not in the public lists.
 */
export function contextWindowOf(
  { record, provider, environment, atMs }: PricedCall,
  findListed: FindListed,
): number | undefined {
  const { model_name: model } = record;
  const vendor = vendorOf(provider, { model, environment });
  if (!vendor || model === undefined) return undefined;
  return findListed({ model, vendor, atMs })?.contextWindow;
}

/**
 * Finds the model with a known price and the most similar name. Returns `undefined` if no name is
 * similar.
 */
export async function similarModel(
  { record, provider, environment }: Pick<PricedCall, "record" | "provider" | "environment">,
  table: PriceTable | undefined,
): Promise<string | undefined> {
  const { api, model_name: model } = record;
  if (model === undefined) return undefined;
  const own = Object.keys(table?.[api] ?? {}).filter((name) => name !== "*");
  const vendor = vendorOf(provider, { model, environment });
  return nearestMatch(model, [...own, ...(vendor ? await listedModels(vendor) : [])]);
}

/** Returns the variable that sets another address of the API for the model. */
export function ownAddressOf({
  record,
  provider,
  environment,
}: Pick<PricedCall, "record" | "provider" | "environment">): string | undefined {
  return provider.priceList?.baseUrls.find(
    (variable) => lookUp(environment, variable, record.model_name) !== undefined,
  );
}

/**
 * Returns the vendor at the address that is set for the model. Another address means another
 * vendor.
 */
function vendorOf(
  { priceList }: Pick<Provider, "priceList">,
  {
    model,
    environment,
  }: { readonly model?: string | undefined; readonly environment: Environment },
): ListedModel["vendor"] | undefined {
  const urls = priceList?.baseUrls.map((variable) => lookUp(environment, variable, model)) ?? [];
  const url = urls.find((each) => each !== undefined);
  if (url !== undefined) return { url };
  return priceList?.vendor === undefined ? undefined : { name: priceList.vendor };
}
