import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { Row } from "../../../domain/graph/graph.js";
import type { JsonValue } from "../../../domain/json/json.js";
import { UserError } from "../../../domain/failure/user-error.js";
import type {
  CategorySampler,
  DatetimeSampler,
  GaussianSampler,
  Sampler,
  SubcategorySampler,
  UniformSampler,
} from "../../definition/sampler.js";
import type { CellRandom } from "./cell-random.js";

/** @param row columns that were drawn before */
export function drawValue(sampler: Sampler, random: CellRandom, row: Row): JsonValue {
  switch (sampler.type) {
    case "category":
      return drawCategory(sampler, random);
    case "subcategory":
      return drawSubcategory(sampler, random, row);
    case "uniform":
      return drawUniform(sampler, random);
    case "gaussian":
      return drawGaussian(sampler, random);
    case "bernoulli":
      return uniformFloat64(random) < sampler.p;
    case "datetime":
      return drawDatetime(sampler, random);
    case "uuid":
      return drawUuid(random);
  }
}

function drawCategory({ values, weights }: CategorySampler, random: CellRandom): JsonValue {
  if (!weights) return oneOf(values, random);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = uniformFloat64(random) * total;
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  // Due to rounding, the weights may not add up to the drawn number.
  const last = weights.findLastIndex((weight) => weight > 0);
  return values[index === -1 ? last : index] ?? null;
}

function drawSubcategory(
  { of, values }: SubcategorySampler,
  random: CellRandom,
  row: Row,
): JsonValue {
  const value = row[of] ?? null;
  const category = typeof value === "string" ? value : JSON.stringify(value);
  const found = Object.hasOwn(values, category) ? values[category] : undefined;
  if (found) return oneOf(found, random);
  const known = Object.keys(values).join(", ");
  throw new UserError(`Expected one of ${known} in the column "${of}", got "${category}".`);
}

function oneOf(values: readonly JsonValue[], random: CellRandom): JsonValue {
  return values[uniformInt(random, 0, values.length - 1)] ?? null;
}

function drawUniform({ low, high, decimals }: UniformSampler, random: CellRandom): number {
  if (decimals === undefined) return low + uniformFloat64(random) * (high - low);
  const { first, last, scale } = decimalSteps({ low, high, decimals });
  return uniformInt(random, first, last) / scale;
}

/** Returns the multiples of `10 ** -decimals` from `low` to `high`, as a range of whole numbers. */
export function decimalSteps({ low, high, decimals }: Required<Omit<UniformSampler, "type">>): {
  readonly first: number;
  readonly last: number;
  readonly scale: number;
} {
  const scale = 10 ** decimals;
  // `toPrecision` removes rounding errors, because 0.1 * 3 is a little more than 0.3.
  const inUnits = (value: number): number => Number((value * scale).toPrecision(15));
  return { first: Math.ceil(inUnits(low)), last: Math.floor(inUnits(high)), scale };
}

/** Draws from a normal distribution with the algorithm of Box and Muller. */
function drawGaussian({ mean, stddev, decimals }: GaussianSampler, random: CellRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
  const value = mean + stddev * radius * Math.cos(2 * Math.PI * uniformFloat64(random));
  return decimals === undefined ? value : Number(value.toFixed(decimals));
}

const unitsMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

function drawDatetime(
  { start, end, unit = "second" }: DatetimeSampler,
  random: CellRandom,
): string {
  const startMs = Date.parse(start);
  const count = Math.max(1, Math.ceil((Date.parse(end) - startMs) / unitsMs[unit]));
  const instant = new Date(startMs + uniformInt(random, 0, count - 1) * unitsMs[unit]);
  const text = instant.toISOString();
  return unit === "day" ? text.slice(0, 10) : text.replace(/\.000Z$/, "Z");
}

/** Draws a UUID of version 4, which is the same for the same cell. */
function drawUuid(random: CellRandom): string {
  const bytes = Array.from({ length: 16 }, () => uniformInt(random, 0, 255));
  const marked = bytes.map((byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x40;
    return index === 8 ? (byte & 0x3f) | 0x80 : byte;
  });
  const hex = marked.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
