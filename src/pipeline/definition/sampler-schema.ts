import { z } from "zod";
import type { Sampler } from "./sampler.js";

const values = z.array(z.json()).min(1);
const decimals = z.number().int().min(0).max(15).exactOptional();
const instant = z
  .string()
  .refine((text) => Number.isFinite(Date.parse(text)), { error: "a date, such as 2026-01-31" });

export const samplerSchema: z.ZodType<Sampler> = z.discriminatedUnion("type", [
  z
    .strictObject({
      type: z.literal("category"),
      values,
      weights: z.array(z.number().min(0)).exactOptional(),
    })
    .refine(
      ({ values: { length }, weights }) => weights === undefined || weights.length === length,
      {
        error: "one weight for each value",
      },
    )
    .refine(({ weights }) => weights?.some((weight) => weight > 0) ?? true, {
      error: "a weight above 0",
    }),
  z.strictObject({
    type: z.literal("subcategory"),
    of: z.string().min(1),
    values: z.record(z.string(), values),
  }),
  z
    .strictObject({
      type: z.literal("uniform"),
      low: z.number(),
      high: z.number(),
      decimals,
    })
    .refine(({ low, high }) => low <= high, { error: "`low` to be at most `high`" }),
  z.strictObject({
    type: z.literal("gaussian"),
    mean: z.number(),
    stddev: z.number().min(0),
    decimals,
  }),
  z.strictObject({ type: z.literal("bernoulli"), p: z.number().min(0).max(1) }),
  z
    .strictObject({
      type: z.literal("datetime"),
      start: instant,
      end: instant,
      unit: z.enum(["second", "minute", "hour", "day"]).exactOptional(),
    })
    .refine(({ start, end }) => Date.parse(start) <= Date.parse(end), {
      error: "`start` to be at most `end`",
    }),
  z.strictObject({ type: z.literal("uuid") }),
]);
