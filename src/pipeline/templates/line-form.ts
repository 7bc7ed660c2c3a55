import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { InputForm, LineForm, TemplateFile } from "../../domain/record/input-form.js";
import type { RowTemplate } from "./row-template.js";
import { asSentence } from "./as-sentence.js";

/**
 * Loads the template of a form. Throws a `UserError` if it is invalid, or if it differs from the
 * template at the start of the experiment.
 */
export async function loadLineForm(form: InputForm = {}): Promise<LineForm> {
  const { template, ...rest } = form;
  if (!template) return rest;
  const text = await readTemplate(template.path);
  if (sha256Of(text) !== template.sha256) {
    throw new UserError(
      `The template of the prompts has changed since the start (${template.path}). Nothing was sent: start again.`,
    );
  }
  return { ...rest, render: await rendererOf(text, template.path) };
}

/**
 * Returns a template with its current hash. Throws a `UserError` if it cannot be read, is not a
 * template, or has an unknown filter.
 */
export async function templateFile(path: string): Promise<TemplateFile> {
  const text = await readTemplate(path);
  const [unknown] = (await parsed(text, path)).unknownNames();
  if (unknown !== undefined) {
    const line = text.slice(0, unknown.offset).split("\n").length;
    throw new UserError(
      `The template ${JSON.stringify(path)} can't be rendered. In line ${line} ${asSentence(unknown.message)}`,
    );
  }
  return { path, sha256: sha256Of(text) };
}

async function rendererOf(text: string, path: string): Promise<NonNullable<LineForm["render"]>> {
  const template = await parsed(text, path);
  return (line) => {
    const missing = template.columns.reads.filter((column) => !Object.hasOwn(line, column));
    if (missing.length > 0) {
      throw new UserError(
        `Expected ${inCode(missing)} for the template, the line has ${inCode(Object.keys(line))}.`,
      );
    }
    try {
      return template.render(line);
    } catch (error) {
      throw new UserError(errorText(error), { cause: error });
    }
  };
}

async function parsed(text: string, path: string): Promise<RowTemplate> {
  // The module is loaded here, because its library takes time to load and few experiments have a
  // template.
  const { RowTemplate } = await import("./row-template.js");
  try {
    return new RowTemplate(text);
  } catch (error) {
    throw new UserError(
      `Expected a Jinja template in ${JSON.stringify(path)}, got: ${errorText(error)}. Write columns as {{ question }}.`,
      { cause: error },
    );
  }
}

async function readTemplate(path: string): Promise<string> {
  try {
    // Editors end a file with a line end, which does not belong to the prompt.
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  } catch (error) {
    throw new UserError(
      `Expected a template at ${JSON.stringify(path)}, got: ${errorText(error)}. Check the path.`,
      { cause: error },
    );
  }
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function inCode(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
