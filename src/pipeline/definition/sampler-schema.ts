import * as z from "zod";
import { decimalSteps } from "../steps/sample/draw-value.js";

const values = z.array(z.json()).min(1);
const decimals = z.number().int().min(0).max(15).exactOptional();
const instant = z.string().refine((text) => Number.isFinite(Date.parse(text)), {
  error: "a date, such as 2026-01-31",
});

/** Schemas by `type`. */
const schemas = {
  category: z
    .strictObject({
      type: z.literal("category"),
      values,
      weights: z.array(z.number().min(0)).exactOptional(),
    })
    .refine(
      ({ values: { length }, weights }) => weights === undefined || weights.length === length,
      {
        path: ["weights"],
        error: "one weight for each value",
      },
    )
    .refine(({ weights }) => weights?.some((weight) => weight > 0) ?? true, {
      path: ["weights"],
      error: "weights of which one is above 0",
    }),
  subcategory: z.strictObject({
    type: z.literal("subcategory"),
    of: z.string().min(1),
    values: z.record(z.string(), values),
  }),
  uniform: z
    .strictObject({ type: z.literal("uniform"), low: z.number(), high: z.number(), decimals })
    .refine(({ low, high }) => low <= high, { path: ["high"], error: "at least `low`" })
    .refine(
      ({ low, high, decimals: digits }) => digits === undefined || hasStep(low, high, digits),
      {
        path: ["decimals"],
        error: "enough digits for a number from `low` to `high`",
      },
    ),
  gaussian: z.strictObject({
    type: z.literal("gaussian"),
    mean: z.number(),
    stddev: z.number().min(0),
    decimals,
  }),
  bernoulli: z.strictObject({ type: z.literal("bernoulli"), p: z.number().min(0).max(1) }),
  datetime: z
    .strictObject({
      type: z.literal("datetime"),
      start: instant,
      end: instant,
      unit: z.enum(["second", "minute", "hour", "day"]).exactOptional(),
    })
    .refine(({ start, end }) => Date.parse(start) <= Date.parse(end), {
      path: ["end"],
      error: "at or after `start`",
    }),
  uuid: z.strictObject({ type: z.literal("uuid") }),
} as const;

export const samplerTypes: readonly string[] = Object.keys(schemas);

/** Returns the keys of a sampler. */
export function samplerKeys(type: string): readonly string[] {
  const schema = Object.entries(schemas).find(([name]) => name === type)?.[1];
  return schema ? Object.keys(schema.shape) : [];
}

export const samplerSchema = z.discriminatedUnion("type", [
  schemas.category,
  schemas.subcategory,
  schemas.uniform,
  schemas.gaussian,
  schemas.bernoulli,
  schemas.datetime,
  schemas.uuid,
]);

function hasStep(low: number, high: number, decimals: number): boolean {
  const { first, last } = decimalSteps({ low, high, decimals });
  return first <= last;
}
