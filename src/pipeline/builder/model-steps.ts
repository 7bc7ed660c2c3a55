import * as z from "zod";
import { defined } from "../../domain/defined.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type {
  ModelName,
  ModelStepBase,
  StepDefinition,
  Validation,
} from "../definition/definition.js";
import { makeStep } from "./step.js";
import type { Step } from "./step.js";

/** A model of an API, and its parameters. */
export interface Llm {
  readonly model: ModelName;
  readonly parameters?: JsonObject;
}

/** Names a model: `llm("openai", "gpt-4o", { temperature: 0.7 })`. */
export function llm(api: string, model: string, parameters?: JsonObject): Llm {
  return { model: `${api}/${model}`, ...defined({ parameters }) };
}

export interface ModelOptions<Several extends number, Grouped extends boolean> {
  readonly name?: string;
  /** System prompt for rows without their own `system_prompt`. */
  readonly systemPrompt?: string;
  /** Number of answers per row. @default 1 */
  readonly numGenerations?: Several;
  /**
   * Keep several answers as lists in one row. If false, each answer becomes a row. @default false
   */
  readonly groupGenerations?: Grouped;
  /**
   * Also write `<step>_metadata`, with the prompt, the answer and its usage from the API. @default
   * false
   */
  readonly metadata?: boolean;
  /** Check of an answer. An answer that does not pass is asked for again. */
  readonly validate?: Validation;
  /** Maximum number of retries for an answer that does not pass. @default 2 */
  readonly retries?: number;
}

export interface OutputOptions<
  Output extends string,
  Several extends number,
  Grouped extends boolean,
> extends ModelOptions<Several, Grouped> {
  /** Name of the answer's column. @default "generation" */
  readonly output?: Output;
}

/** The columns that a model step writes. */
export type Generated<Output extends string, Value, Grouped extends boolean> = {
  [Name in Output | "model_name"]: Name extends Output
    ? Grouped extends true
      ? (Value | null)[]
      : Value
    : string;
};

/** True for a step whose answers become separate rows. */
type IsMany<Several extends number, Grouped extends boolean> = Grouped extends true
  ? false
  : Several extends 1
    ? false
    : true;

/** One or several models. The next model is asked if the model before is blocked or away. */
export type Models = Llm | readonly [Llm, ...Llm[]];

/**
 * Answers `instruction`, with the row's `system_prompt` if it has one. Writes `generation` and
 * `model_name`.
 */
export function textGeneration<
  const Several extends number = 1,
  const Grouped extends boolean = false,
>(
  models: Models,
  options: ModelOptions<Several, Grouped> = {},
): Step<
  { instruction: string; system_prompt?: string },
  Generated<"generation", string, Grouped>,
  IsMany<Several, Grouped>
> {
  return modelStep({ use: "text-generation", ...modelKeys(models, options) }, options);
}

/** A turn of the chat that `chatGeneration` continues. */
export interface ChatTurn {
  readonly role: string;
  readonly content: JsonValue;
}

/**
 * Continues `messages`, a chat that ends with the user's message. Writes `generation` and
 * `model_name`.
 */
export function chatGeneration<
  const Several extends number = 1,
  const Grouped extends boolean = false,
>(
  models: Models,
  options: ModelOptions<Several, Grouped> = {},
): Step<
  { messages: readonly ChatTurn[] },
  Generated<"generation", string, Grouped>,
  IsMany<Several, Grouped>
> {
  return modelStep({ use: "chat-generation", ...modelKeys(models, options) }, options);
}

/**
 * The columns that a template names in `{{ … }}`. The compiler does not check templates with `{% …
 * %}`; the pipeline's check does.
 */
export type TemplateColumns<Template extends string> = Template extends `${string}{%${string}`
  ? object
  : { [Name in Placeholders<Template>]: unknown };

type Placeholders<Text extends string> = Text extends `${string}{{${infer Inside}}}${infer Rest}`
  ? FirstWord<Trimmed<Inside>> | Placeholders<Rest>
  : never;

type Trimmed<Text extends string> = Text extends ` ${infer Rest}` | `-${infer Rest}`
  ? Trimmed<Rest>
  : Text;

/**
 * The name before a space, a filter, a property or an index. The compiler does not check anything
 * else; the pipeline's check does.
 */
type FirstWord<Text extends string> = IdentifierOrNever<
  Before<Before<Before<Before<Before<Text, " ">, "|">, ".">, "[">, "-">
>;

type Before<
  Text extends string,
  Mark extends string,
> = Text extends `${infer Start}${Mark}${string}` ? Start : Text;

type IdentifierOrNever<Text extends string> = Text extends
  | ""
  | `${"'" | '"' | "(" | "[" | "{" | Digit}${string}`
  | `${string}${"(" | "+" | "~" | "*" | "/"}${string}`
  ? never
  : Text;

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

/**
 * Asks a model with a Jinja template over the row's columns: `template(llm(…), "Rate this: {{
 * generation }}")`.
 */
export function template<
  const Template extends string,
  const Output extends string = "generation",
  const Several extends number = 1,
  const Grouped extends boolean = false,
>(
  models: Models,
  text: Template,
  options: OutputOptions<Output, Several, Grouped> = {},
): Step<TemplateColumns<Template>, Generated<Output, string, Grouped>, IsMany<Several, Grouped>> {
  const { output } = options;
  return modelStep(
    { use: "template", template: text, ...modelKeys(models, options), ...defined({ output }) },
    options,
  );
}

export interface StructuredOptions<
  Schema extends z.ZodType,
  Template extends string,
  Output extends string,
  Several extends number,
  Grouped extends boolean,
> extends OutputOptions<Output, Several, Grouped> {
  /** Schema of the answer. An answer that is not JSON or does not fit is asked for again. */
  readonly schema: Schema;
  /** A Jinja template over the row's columns. @default the column `instruction` */
  readonly template?: Template;
}

/** Asks a model for JSON that fits a schema. The column of the answer contains the parsed value. */
export function structuredOutput<
  Schema extends z.ZodType,
  const Template extends string = "{{ instruction }}",
  const Output extends string = "generation",
  const Several extends number = 1,
  const Grouped extends boolean = false,
>(
  models: Models,
  options: StructuredOptions<Schema, Template, Output, Several, Grouped>,
): Step<
  TemplateColumns<Template>,
  Generated<Output, z.output<Schema>, Grouped>,
  IsMany<Several, Grouped>
> {
  const { output, template: text, schema } = options;
  const definition = {
    use: "structured-output" as const,
    // JSON Schemas consist of JSON.
    schema: jsonSchemaOf(schema),
    ...modelKeys(models, options),
    ...defined({ output, template: text }),
  };
  return modelStep(definition, options);
}

function jsonSchemaOf(schema: z.ZodType): JsonObject {
  // zod adds properties for its own checks. Only the JSON Schema survives as JSON.
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema))) as JsonObject;
}

function modelStep<Reads, Writes, Many extends boolean>(
  definition: StepDefinition,
  { name }: { readonly name?: string },
): Step<Reads, Writes, Many> {
  return makeStep({ name, definition });
}

function modelKeys(models: Models, options: ModelOptions<number, boolean>): ModelStepBase {
  const all = "model" in models ? [models] : models;
  const { systemPrompt, numGenerations, groupGenerations, metadata, validate, retries } = options;
  const [first, ...fallbacks] = all.map(({ model }) => model);
  const parameters = all.find((each) => each.parameters)?.parameters;
  return {
    llm: first && fallbacks.length === 0 ? first : all.map(({ model }) => model),
    ...defined({
      parameters,
      system_prompt: systemPrompt,
      num_generations: numGenerations,
      group_generations: groupGenerations,
      metadata,
      validate,
      retries,
    }),
  };
}
