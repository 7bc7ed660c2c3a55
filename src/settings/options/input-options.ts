import * as z from "zod";
import type { Table } from "./option.js";
import { filePath, text } from "./option-kinds.js";
import { asGiven, asLists } from "./option-readers.js";
import { readParameters } from "../read-parameters.js";
import type { RunSettings } from "../settings.js";

/** Settings for making records from the lines of an input. */
export type InputSettings = Pick<
  RunSettings,
  "models" | "parameters" | "promptColumn" | "template"
>;

/** Rows of the options table for these settings. */
export const inputOptions: Table<InputSettings> = {
  models: {
    flag: "--model",
    takes: "API/MODEL",
    repeats: true,
    variable: "OSTINATO_MODEL",
    key: "model",
    description:
      "models of the records that name none, comma-separated, e.g. openai/gpt-4o,anthropic/claude-sonnet-4-5",
    expected: "a list of models such as openai/gpt-4o",
    read: asLists,
    schema: z.array(text).min(1),
    default: undefined,
  },
  parameters: {
    flag: "--parameters",
    takes: "KEY=VALUE",
    repeats: true,
    variable: "OSTINATO_PARAMETERS",
    key: "parameters",
    description:
      "parameters of all records, comma-separated, e.g. max_tokens=500,temperature=0; a record's own ones win",
    expected: "an object, or a list such as max_tokens=500,temperature=0",
    read: readParameters,
    schema: z.record(z.string().min(1), z.json()),
    default: undefined,
  },
  promptColumn: {
    flag: "--prompt-column",
    takes: "NAME",
    variable: "OSTINATO_PROMPT_COLUMN",
    key: "promptColumn",
    description: "column or key that has the prompt",
    otherwise: "prompt",
    expected: "the name of a column",
    read: asGiven,
    schema: text,
    default: undefined,
  },
  template: {
    flag: "--template",
    takes: "FILE",
    variable: "OSTINATO_TEMPLATE",
    key: "template",
    description: "Jinja template of the prompt over the columns or keys, e.g. {{ question }}",
    ...filePath,
    default: undefined,
  },
};
