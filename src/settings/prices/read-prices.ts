import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { Price, PriceTable, TokenPrices } from "../../domain/money/price.js";
import { hintOf, inBackticks } from "../../domain/nearest-match.js";
import { defined } from "../../domain/defined.js";
import { parseJson } from "../../domain/json/parse-json.js";

/**
 * Reads the user's own prices: an object by API and model, in dollars per million tokens, or the
 * path of a JSON file with such an object. Throws a `UserError` for an unreadable file and for
 * invalid prices.
 */
export function readPrices(given: unknown, folder: string): PriceTable {
  if (typeof given !== "string") return tableOf(given, "`prices`");
  const path = resolve(folder, given);
  return tableOf(readTable(path), path);
}

/** Schema of prices. It also checks prices from code, which no reader has checked. */
export const pricesSchema = z.unknown().transform((given) => tableOf(given, "`prices`"));

function tableOf(given: unknown, place: string): PriceTable {
  // Values of settings come from JSON, or from code with the type PriceTable.
  const table = given as JsonValue;
  if (!isJsonObject(table)) throw noTable(place);
  return mapValues(table, (models, api) => {
    if (!isJsonObject(models)) throw expected("an object of models", models, `${place}: ${api}`);
    return mapValues(models, (price, model) => readPrice(price, `${place}: ${api}/${model}`));
  });
}

const priceNames = [
  "input",
  "output",
  "cachedInput",
  "cacheWrite",
  "longCacheWrite",
  "reasoning",
] as const satisfies readonly (keyof TokenPrices)[];

function readPrice(given: JsonValue, place: string): Price {
  const read = objectWith(given, [...priceNames, "tiers", "batch"], place);
  const { tiers, batch } = read;
  if (tiers !== undefined && !isJsonArray(tiers))
    throw expected("a list", tiers, `${place}: tiers`);
  const own = tiers?.map((tier, index) => {
    const at = `${place}: tiers[${index}]`;
    const above = objectWith(tier, [...priceNames, "above"], at)["above"];
    return { above: amount(above, `${at}: above`), ...pricesIn(tier, at) };
  });
  return {
    ...wholePrices(read, place),
    ...defined({ tiers: own }),
    ...(batch !== undefined && {
      batch: wholePrices(objectWith(batch, priceNames, `${place}: batch`), `${place}: batch`),
    }),
  };
}

function wholePrices(given: JsonObject, place: string): TokenPrices {
  const input = amount(given["input"], `${place}: input`);
  const output = amount(given["output"], `${place}: output`);
  return { ...pricesIn(given, place), input, output };
}

function pricesIn(given: JsonValue, place: string): Partial<TokenPrices> {
  const object = isJsonObject(given) ? given : {};
  const told = priceNames.filter((name) => object[name] !== undefined);
  return Object.fromEntries(told.map((name) => [name, amount(object[name], `${place}: ${name}`)]));
}

function objectWith(given: JsonValue, names: readonly string[], place: string): JsonObject {
  if (!isJsonObject(given))
    throw expected('an object such as {"input": 2.5, "output": 10}', given, place);
  const other = Object.keys(given).find((key) => !names.includes(key));
  if (other === undefined) return given;
  throw new UserError(`Unknown \`${other}\` in ${place}. ${hintOf(other, names, inBackticks)}`);
}

function amount(given: JsonValue | undefined, place: string): number {
  if (typeof given === "number" && Number.isFinite(given) && given >= 0) return given;
  throw expected("a number that is not negative", given, place);
}

function expected(what: string, given: JsonValue | undefined, place: string): UserError {
  const got = given === undefined ? "nothing" : JSON.stringify(given).slice(0, 60);
  return new UserError(`Expected ${what} in ${place}, got ${got}.`);
}

function noTable(place: string): UserError {
  return new UserError(
    `Expected ${place} to hold prices by API and model, such as {"openai": {"gpt-4o": {"input": 2.5, "output": 10}}}.`,
  );
}

function readTable(path: string): JsonValue {
  try {
    return parseJson(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new UserError(
      `Expected the prices of \`--prices\` as JSON in ${path}: ${errorText(error)}. Check the path and the file.`,
      { cause: error },
    );
  }
}

function mapValues<Value>(
  object: JsonObject,
  read: (value: JsonValue, key: string) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, read(value, key)]));
}
