import { membersOf, objectTextOf } from "../../domain/json/json-members.js";
import type { JsonMembers } from "../../domain/json/json-members.js";
import { jsonLine, parseJsonText, stringText } from "../../domain/json/json-text.js";
import { isJsonArray } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { pythonText } from "../../domain/json/python-text.js";
import type { ModelSettings } from "../models/model-settings.js";
import type { RephraseFolder } from "./rephrase-folder.js";
import type { RephraseParser } from "./rephrase-parsers.js";
import type { Template } from "../models/template.js";

type Lines = () => AsyncIterable<string>;

/**
 * Makes the records of a rephrase run in prompto's order: for each model, each template, each
 * record.
 */
export async function* rephraseLines(
  { models, templates }: RephraseFolder,
  originals: Lines,
): AsyncGenerator<string, void, undefined> {
  for (const model of models) {
    for (const [index, fill] of templates.entries()) {
      for await (const line of originals()) {
        yield rephraseLine(model, { index, fill }, membersOf(line));
      }
    }
  }
}

function rephraseLine(
  model: ModelSettings,
  { index, fill }: { readonly index: number; readonly fill: Template },
  original: JsonMembers,
): string {
  const id = pythonText(original.get("id") ?? '"NA"');
  const prompt = fill({ INPUT_PROMPT: original.get("prompt") ?? '""' });
  const members = new Map([
    ["id", stringText(`rephrase-${model.name}-${index}-${id}`)],
    ["template_index", index.toString()],
    ["prompt", stringText(prompt)],
    ...model.members,
  ]);
  for (const [key, text] of original) members.set(`input-${key}`, text);
  return objectTextOf(members);
}

export interface Rephrased {
  /** Completed lines of the rephrase run that have an answer. */
  readonly rephrases: Lines;
  /**
   * Original records, which follow the rephrased ones; absent if only the rephrased prompts are
   * sent.
   */
  readonly originals?: Lines;
  readonly parser?: RephraseParser;
}

/** Makes the records of the run after a rephrase. */
export async function* postRephraseLines({
  rephrases,
  originals,
  parser,
}: Rephrased): AsyncGenerator<string, void, undefined> {
  for await (const line of rephrases()) yield* promptsOf(membersOf(line), parser);
  if (!originals) return;
  for await (const line of originals()) {
    const members = membersOf(line);
    members.set("input-id", members.get("id") ?? "null");
    yield objectTextOf(members);
  }
}

/**
 * Returns the rephrased prompts. Skips answers without text. All other prompts keep their numbers.
 */
function* promptsOf(
  rephrase: JsonMembers,
  parser: RephraseParser | undefined,
): Generator<string, void, undefined> {
  const prompts = parsed(parseJsonText(rephrase.get("response") ?? "null"), parser);
  const id = pythonText(rephrase.get("id") ?? "null");
  for (const [index, prompt] of prompts.entries()) {
    if (prompt === "" || prompt === null) continue;
    const members = new Map([
      ["id", stringText(prompts.length > 1 ? `${id}-${index}` : id)],
      ["prompt", jsonLine(prompt)],
      ["input-prompt", rephrase.get("input-prompt") ?? "null"],
      ["input-id", rephrase.get("input-id") ?? '"NA"'],
    ]);
    for (const [key, text] of restored(rephrase)) members.set(key, text);
    yield objectTextOf(members);
  }
}

/** Returns the keys of the original record. */
function restored(rephrase: JsonMembers): (readonly [key: string, text: string])[] {
  return [...rephrase]
    .filter(([key]) => key.startsWith("input-") && key !== "input-prompt" && key !== "input-id")
    .map(([key, text]) => [key.slice("input-".length), text]);
}

function parsed(response: JsonValue, parser: RephraseParser | undefined): readonly JsonValue[] {
  if (!parser) return [response];
  const answers = isJsonArray(response) ? response : [response];
  return answers.flatMap((answer) => (typeof answer === "string" ? parser(answer) : []));
}
