import type { JsonObject } from "../json/json.js";

/**
 * Rules for making records from the lines of an input, besides those of every input. It travels
 * through Temporal, so it has no prompt: a template is named by its file.
 */
export interface InputForm {
  /** The models of the records that name no API and no model. */
  readonly models?: readonly ModelChoice[];
  /** Parameters of every record. The record's own ones win. */
  readonly parameters?: JsonObject;
  /** The key or column whose value is the prompt. */
  readonly promptColumn?: string;
  /** A Jinja template of the prompt, over the keys or columns of a line. */
  readonly template?: TemplateFile;
}

export interface ModelChoice {
  readonly api: string;
  /** @default the API's own default, e.g. from its variable */
  readonly model?: string;
}

/** A file whose content may not change between the start and the preparation of a run. */
export interface TemplateFile {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

/** An `InputForm` that is ready for use. */
export interface LineForm extends Omit<InputForm, "template"> {
  /** The prompt of a line. Throws a `UserError` for a line that the template does not fit. */
  readonly render?: (line: JsonObject) => string;
}

/** Reads `openai/gpt-4o`, or `openai` alone. Only the first slash separates. */
export function parseModelChoice(text: string): ModelChoice {
  const [api = "", model = ""] = text.split(/\/(.*)/s).map((part) => part.trim());
  return model === "" ? { api } : { api, model };
}
