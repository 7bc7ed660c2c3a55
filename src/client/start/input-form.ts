import { countOf } from "../../domain/count-text.js";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import { parseModelChoice } from "../../domain/record/input-form.js";
import type { InputForm, ModelChoice } from "../../domain/record/input-form.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { templateFile } from "../../pipeline/templates/line-form.js";
import type { InputSettings } from "../../settings/options/input-options.js";
import { resolve } from "node:path";

/**
 * Returns the form of an input according to its settings; `undefined` if the settings do not
 * describe it. Throws a `UserError` for an unknown API and for an invalid template.
 *
 * @param apis names of the known APIs
 */
export async function inputFormOf(
  { models, parameters, promptColumn, template }: InputSettings,
  apis: readonly string[],
): Promise<InputForm | undefined> {
  if (template !== undefined && promptColumn !== undefined) {
    throw new UserError(
      "Expected `--template` or `--prompt-column`, got both. Write {{ COLUMN }} in the template instead.",
    );
  }
  const form = defined({
    models: models?.map((model) => checkedModel(model, apis)),
    parameters,
    promptColumn,
    template: template === undefined ? undefined : await templateFile(resolve(template)),
  });
  return Object.keys(form).length === 0 ? undefined : form;
}

function checkedModel(text: string, apis: readonly string[]): ModelChoice {
  const choice = parseModelChoice(text);
  if (apis.includes(choice.api)) return choice;
  const wants = choice.model === undefined ? " Write the API first, e.g. openai/gpt-4o." : "";
  throw new UserError(
    `Expected a known API before the first slash of \`--model ${text}\`, got "${choice.api}".${wants} ${hintOf(choice.api, apis)}`,
  );
}

/**
 * Returns a notice if no record uses a model from the settings, because each record names a model.
 */
export function unusedModels(
  { models = [] }: InputForm = {},
  targets: readonly string[],
): readonly string[] {
  const chosen = models.map(({ api, model }) =>
    targetOf({ api, ...defined({ model_name: model }) }),
  );
  const isUsed = chosen.length === 0 || chosen.some((target) => targets.includes(target));
  return isUsed ? [] : ["--model is not used: each record names its own API."];
}

/**
 * Counts the records that get a parameter from Ostinato because their API requires the parameter.
 */
export class DemandedParameters {
  readonly #demandedOf: (api: string) => JsonObject;
  readonly #counts = new Map<string, number>();

  constructor(demandedOf: (api: string) => JsonObject) {
    this.#demandedOf = demandedOf;
  }

  add({ api, parameters }: PromptRecord): void {
    for (const [name, value] of Object.entries(this.#demandedOf(api))) {
      if (parameters?.[name] !== undefined) continue;
      const key = `of ${api}: \`${name}\` ${JSON.stringify(value)}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  /** Returns one sentence per parameter. */
  notices(): readonly string[] {
    return [...this.#counts].map(
      ([key, count]) =>
        `Default for ${countOf(count, "record")} ${key}, because the API demands one. Set another with --parameters.`,
    );
  }
}
