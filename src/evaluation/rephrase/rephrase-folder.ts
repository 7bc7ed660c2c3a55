import { defined } from "../../domain/defined.js";
import type { RephraseChoice } from "../../domain/experiment/stages.js";
import { UserError } from "../../domain/failure/user-error.js";
import { refuseNoFolder, templatePath } from "../judges/judge-folder.js";
import type { ModelSettings } from "../models/model-settings.js";
import { chooseModels, readModelSettings, readText } from "../models/model-settings.js";
import type { RephraseParser } from "./rephrase-parsers.js";
import { findRephraseParser } from "./rephrase-parsers.js";
import type { Template } from "../models/template.js";
import { parseTemplate } from "../models/template.js";

/** The chosen models and templates of a rephrase folder. */
export interface RephraseFolder {
  readonly models: readonly ModelSettings[];
  /** Templates by index, one per line of the file. */
  readonly templates: readonly Template[];
  readonly parser?: RephraseParser;
}

/**
 * Reads and checks prompto's rephrase folder. Throws a `UserError` for an unreadable folder, and
 * for invalid models or templates.
 */
export async function readRephraseFolder(choice: RephraseChoice): Promise<RephraseFolder> {
  const { folder } = choice;
  await refuseNoFolder(folder, "rephrase");
  const role = "rephrase model";
  const known = await readModelSettings(folder, role);
  const models = chooseModels(known, choice.models, { folder, role });
  const path = templatePath(folder, choice.templates);
  const text = await readText(path, "a template a line");
  const templates = text
    .replace(/\r?\n$/, "")
    .split(/\r\n|\r|\n/)
    .map((line, index) => readLine(line, index, path));
  const parser = choice.parser === undefined ? undefined : findRephraseParser(choice.parser);
  return { models, templates, ...defined({ parser }) };
}

function readLine(line: string, index: number, path: string): Template {
  const number = (index + 1).toString();
  const text = line.replaceAll("\\n", "\n").trim();
  if (text === "") {
    throw new UserError(
      `Expected a template in each line of ${JSON.stringify(path)}, got a blank line ${number}. It would be sent as an empty prompt: remove it.`,
    );
  }
  return parseTemplate(text, ["INPUT_PROMPT"], `${path} line ${number}`);
}
