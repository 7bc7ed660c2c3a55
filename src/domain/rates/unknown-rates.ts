import { nearestMatch } from "../nearest-match.js";
import type { NamedRates } from "./rates.js";

/** A name of the rate table that no record is of. */
export interface UnknownRate {
  /** A group's or an API's. */
  readonly name: string;
  /** Where it is a model of that group or API. */
  readonly model?: string;
  /** What was most likely meant: a name of the input that the table doesn't have. */
  readonly nearest?: string;
}

export interface KnownNames {
  /** Each `group` or `api` by which records were grouped, with the models of its records. */
  readonly modelsByBase: ReadonlyMap<string, ReadonlySet<string>>;
  /** A rate for one that the input doesn't have is nothing unusual: a table may serve many inputs. */
  readonly apis: readonly string[];
}

/** prompto gives what is mistyped here the default rate, without a word. */
export function unknownRates(
  table: readonly NamedRates[],
  { modelsByBase, apis }: KnownNames,
): readonly UnknownRate[] {
  const names = table.map(({ name }) => name);
  return table.flatMap(({ name, models = [] }) => {
    const known = modelsByBase.get(name);
    if (known) {
      const named = models.map(({ model }) => model);
      const unknown = named.filter((model) => model !== "default" && !known.has(model));
      return unknown.map((model) => ({ name, model, ...nearestOf(model, known, named) }));
    }
    return apis.includes(name) ? [] : [{ name, ...nearestOf(name, modelsByBase.keys(), names) }];
  });
}

function nearestOf(
  name: string,
  used: Iterable<string>,
  named: readonly string[],
): Pick<UnknownRate, "nearest"> {
  const nearest = nearestMatch(
    name,
    [...used].filter((candidate) => !named.includes(candidate)),
  );
  return nearest === undefined ? {} : { nearest };
}
