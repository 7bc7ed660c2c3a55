import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseJsonText, stringText } from "../../domain/json/json-text.js";
import type { JudgeChoice } from "../../domain/experiment/stages.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { ModelSettings } from "../models/model-settings.js";
import { chooseModels, readModelSettings, readText } from "../models/model-settings.js";
import { parseRule } from "../scorers/parse-rule.js";
import type { Template } from "../models/template.js";
import { parseTemplate, placeholdersIn } from "../models/template.js";

/** The chosen judges and templates of a judge folder. */
export interface JudgeFolder {
  /** Judges in the requested order. */
  readonly judges: readonly ModelSettings[];
  readonly templates: readonly JudgeTemplate[];
}

export interface JudgeTemplate {
  /** Name of the template: the file's name up to its first dot. */
  readonly name: string;
  readonly fill: Template;
  /** Names of its placeholders. */
  readonly placeholders: readonly string[];
}

/** Key of the expected answer in the records, as in prompto. */
export const expectedByDefault = "expected_response";

const judgePlaceholders = ["INPUT_PROMPT", "OUTPUT_RESPONSE", "EXPECTED_RESPONSE"] as const;

/**
 * Reads and checks prompto's judge folder. Throws a `UserError` for an unreadable folder, and for
 * invalid judges or templates.
 */
export async function readJudgeFolder(choice: JudgeChoice): Promise<JudgeFolder> {
  const { folder } = choice;
  await refuseNoFolder(folder, "judge");
  const models = await readModelSettings(folder, "judge");
  for (const { name, members } of models.values()) {
    const parse = members.get("parse");
    if (parse !== undefined) parseRule(parseJsonText(parse), `judge ${JSON.stringify(name)}`);
  }
  const judges = choice.judges.flatMap((text) => chooseJudge(models, text, folder));
  refuseTwoKeys(judges);
  const templates: JudgeTemplate[] = [];
  for (const file of choice.templates) templates.push(await readTemplate(folder, file));
  refuseSameNames(templates, choice.templates);
  return { judges, templates };
}

/** Finds the judge of `NAME` or `NAME:expected=KEY`, the notation of scorers. */
function chooseJudge(
  models: ReadonlyMap<string, ModelSettings>,
  text: string,
  folder: string,
): readonly ModelSettings[] {
  const [, name = text, option = "", expected = ""] = /^(.+?):([a-z-]+)=(.*)$/s.exec(text) ?? [];
  if (models.has(text) || name === text || !models.has(name)) {
    return chooseModels(models, [text], { folder, role: "judge" });
  }
  if (option !== "expected" || expected === "") {
    throw new UserError(
      `Expected \`${name}:expected=KEY\` with a key of the records, got ${JSON.stringify(text)}.`,
    );
  }
  const chosen = chooseModels(models, [name], { folder, role: "judge" });
  return chosen.map(({ members }) => ({
    name,
    members: new Map([...members, ["expected", stringText(expected)]]),
    expected,
  }));
}

/**
 * Throws a `UserError` for a judge that is chosen with two keys, because both would have the same
 * name in the results.
 */
function refuseTwoKeys(judges: readonly ModelSettings[]): void {
  for (const { name, expected } of judges) {
    const other = judges.find((judge) => judge.name === name && judge.expected !== expected);
    if (!other) continue;
    throw new UserError(
      `The judge ${JSON.stringify(name)} is named with two keys, \`${expected ?? expectedByDefault}\` and \`${other.expected ?? expectedByDefault}\`. Give each its own name in settings.json.`,
    );
  }
}

/**
 * Throws a `UserError` if the folder does not exist. @param role role of its models, for the
 * message
 */
export async function refuseNoFolder(folder: string, role: string): Promise<void> {
  const entry = await stat(folder).catch(() => undefined);
  if (entry?.isDirectory() === true) return;
  throw new UserError(
    `Expected the ${role} folder ${JSON.stringify(folder)} to be a folder with settings.json and templates in it, found ${entry ? "a file" : "nothing"}. Check the path.`,
  );
}

async function readTemplate(folder: string, file: string): Promise<JudgeTemplate> {
  const path = templatePath(folder, file);
  const text = await readText(path, "a template");
  return {
    name: file.split(".")[0] ?? file,
    fill: parseTemplate(text, judgePlaceholders, path),
    placeholders: placeholdersIn(text),
  };
}

export function templatePath(folder: string, file: string): string {
  if (file.endsWith(".txt")) return join(folder, file);
  throw new UserError(
    `Expected the name of a template that ends in .txt, got ${JSON.stringify(file)}. It must be in ${JSON.stringify(folder)}.`,
  );
}

/**
 * Throws a `UserError` for templates with the same name. The names are part of record ids, which
 * would then be equal.
 */
function refuseSameNames(templates: readonly JudgeTemplate[], files: readonly string[]): void {
  for (const [at, { name }] of templates.entries()) {
    const first = templates.findIndex((other) => other.name === name);
    if (first === at) continue;
    throw new UserError(
      `The templates ${JSON.stringify(files[first])} and ${JSON.stringify(files[at])} are both called "${name}", up to the first dot. Rename one of them.`,
    );
  }
}
