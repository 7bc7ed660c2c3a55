/** Schemas for the keys of each step, for definitions from outside. */
import * as z from "zod";
import { isFunctionName, isModelName } from "./definition.js";
import type { FunctionName, ModelName, StepDefinition, TargetDefinition } from "./definition.js";
import { samplerSchema } from "./sampler-schema.js";

const json = z.record(z.string(), z.json());
const text = z.string().min(1);
const count = z.number().int().min(1);
const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(ms|s|m|h))+$/, { error: "a time such as 90s or 5m" });
const columns = z.array(text).min(1);
const mapping = z.record(text, text);
const someMapping = mapping.refine((given) => Object.keys(given).length > 0, {
  error: "at least one column",
});
const listOrMapping = z.union([columns, someMapping], {
  error: "a list of columns, or columns with their new names",
});
const functionName = z.custom<FunctionName>(
  (value) => typeof value === "string" && isFunctionName(value),
  { error: "a function, such as ./steps.ts#words" },
);
const modelName = z.custom<ModelName>((value) => typeof value === "string" && isModelName(value), {
  error: "`api/model`, such as openai/gpt-4o",
});

const everyStep = {
  inputs: mapping.exactOptional(),
  outputs: mapping.exactOptional(),
  parameters: json.exactOptional(),
  runtime_parameters: z.array(text).exactOptional(),
  batch: count.exactOptional(),
  time_limit: duration.exactOptional(),
  reuse: z.boolean().exactOptional(),
  accepts: z.literal("errors").exactOptional(),
};

const validation = z
  .strictObject({
    schema: json.exactOptional(),
    pattern: text.exactOptional(),
    function: functionName.exactOptional(),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: "at least one of `schema`, `pattern` and `function`",
  });

const addingStep = { ...everyStep, when: text.exactOptional() };

const modelStep = {
  ...addingStep,
  llm: z.union([modelName, z.array(modelName).min(1)], {
    error: "`api/model`, such as openai/gpt-4o, or a list of them",
  }),
  system_prompt: z.string().exactOptional(),
  num_generations: count.exactOptional(),
  group_generations: z.boolean().exactOptional(),
  metadata: z.boolean().exactOptional(),
  validate: validation.exactOptional(),
  retries: z.number().int().min(0).exactOptional(),
};

const source = { ...everyStep, batch_size: count.exactOptional() };

const draw = z.strictObject({
  file: text,
  columns: columns.exactOptional(),
  replace: z.boolean().exactOptional(),
});

/** Schemas by `use`. */
export const stepSchemas = {
  load: z
    .strictObject({
      ...source,
      use: z.literal("load"),
      file: text.exactOptional(),
      from: text.exactOptional(),
      function: functionName.exactOptional(),
      rows: z.array(json).exactOptional(),
      schema: json.exactOptional(),
      columns: columns.exactOptional(),
      limit: count.exactOptional(),
    })
    .refine(
      (given) => ["file", "from", "function", "rows"].filter((key) => key in given).length === 1,
      {
        error: "exactly one of `file`, `from`, `function` and `rows`",
      },
    ),
  sample: z
    .strictObject({
      ...source,
      use: z.literal("sample"),
      columns: z.record(text, samplerSchema).exactOptional(),
      draw: draw.exactOptional(),
      rows: z.number().int().min(0).exactOptional(),
      seed: z.number().int().exactOptional(),
    })
    .refine(({ columns: given, draw: drawn }) => given !== undefined || drawn !== undefined, {
      error: "`columns` with samplers, or `draw` with a file of rows",
    }),
  "text-generation": z.strictObject({ ...modelStep, use: z.literal("text-generation") }),
  "chat-generation": z.strictObject({ ...modelStep, use: z.literal("chat-generation") }),
  template: z.strictObject({
    ...modelStep,
    use: z.literal("template"),
    template: text,
    output: text.exactOptional(),
  }),
  "structured-output": z.strictObject({
    ...modelStep,
    use: z.literal("structured-output"),
    schema: json,
    template: text.exactOptional(),
    output: text.exactOptional(),
  }),
  group: z.strictObject({ ...everyStep, use: z.literal("group"), columns: someMapping }),
  combine: z.strictObject({ ...everyStep, use: z.literal("combine") }),
  keep: z.strictObject({ ...everyStep, use: z.literal("keep"), columns }),
  rename: z.strictObject({ ...everyStep, use: z.literal("rename"), columns: someMapping }),
  merge: z.strictObject({ ...everyStep, use: z.literal("merge"), columns, output: text }),
  expand: z.strictObject({
    ...everyStep,
    use: z.literal("expand"),
    columns: listOrMapping,
    encoded: z.boolean().exactOptional(),
  }),
  collect: z.strictObject({ ...everyStep, use: z.literal("collect"), columns: listOrMapping }),
  filter: z.strictObject({
    ...everyStep,
    use: z.literal("filter"),
    where: text,
    reads: z.array(text).exactOptional(),
  }),
  global: z.strictObject({
    ...everyStep,
    use: z.literal("global"),
    function: functionName,
    reads: z.array(text).exactOptional(),
    writes: z.array(text).exactOptional(),
  }),
} as const satisfies Readonly<Record<string, z.ZodType<StepDefinition>>>;

/** Schema of the keys for an exact number of rows. */
export const targetSchema = z.object({
  target: count.exactOptional(),
  accept: text.exactOptional(),
  max_candidates: count.exactOptional(),
}) satisfies z.ZodType<TargetDefinition>;

/** Schema of a step that runs a user's function. */
export const functionStepSchema = z.strictObject({
  ...addingStep,
  use: functionName,
  reads: z.array(text).exactOptional(),
  writes: z.array(text).exactOptional(),
  many: z.boolean().exactOptional(),
  record: z.boolean().exactOptional(),
}) satisfies z.ZodType<StepDefinition>;

export type BuiltInUse = keyof typeof stepSchemas;

export const builtInUses: readonly string[] = Object.keys(stepSchemas);

export function isBuiltInUse(use: string): use is BuiltInUse {
  return Object.hasOwn(stepSchemas, use);
}
