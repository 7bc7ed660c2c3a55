import type { JsonObject } from "../json/json.js";

/**
 * Rules for making records from the lines of an input, in addition to the rules for every input.
 * The form travels through Temporal, so it contains no prompt: a template is named by its file.
 */
export interface InputForm {
  /** Models for the records that name no API and no model. */
  readonly models?: readonly ModelChoice[];
  /** Parameters for every record. The record's own parameters override them. */
  readonly parameters?: JsonObject;
  /** Key or column whose value is the prompt. */
  readonly promptColumn?: string;
  /** A Jinja template of the prompt, over the keys or columns of a line. */
  readonly template?: TemplateFile;
}

export interface ModelChoice {
  readonly api: string;
  /** Name of the model. @default the API's own default, e.g. from its environment variable */
  readonly model?: string;
}

/** A file whose content may not change between the start and the preparation of a run. */
export interface TemplateFile {
  /** Absolute path. */
  readonly path: string;
  readonly sha256: string;
}

/** An `InputForm` that is ready for use. */
export interface LineForm extends Omit<InputForm, "template"> {
  /** Renders the prompt of a line. Throws a `UserError` if the template does not fit the line. */
  readonly render?: (line: JsonObject) => string;
}

/**
 * Parses `openai/gpt-4o`, or `openai` alone. Only the first slash separates the API from the model.
 */
export function parseModelChoice(text: string): ModelChoice {
  const [api = "", model = ""] = text.split(/\/(.*)/s).map((part) => part.trim());
  return model === "" ? { api } : { api, model };
}
