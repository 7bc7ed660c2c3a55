import { nearestMatch } from "../nearest-match.js";
import type { NamedRates } from "./rates.js";

/** A name in the rate table that no record has. */
export interface UnknownRate {
  /** Name of a group or an API. */
  readonly name: string;
  /** Set if the unknown name is a model of that group or API. */
  readonly model?: string;
  /** Most likely intended name: a name of the input without an entry in the table. */
  readonly nearest?: string;
}

export interface KnownNames {
  /**
   * Models by base: each `group` or `api` that is a base of groups, with the models of its records.
   */
  readonly modelsByBase: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Known APIs. A rate for an API that the input does not use is normal, because a table may serve
   * many inputs.
   */
  readonly apis: readonly string[];
}

/**
 * Returns the names that no record has. prompto silently applies the default rate to such names.
 */
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
