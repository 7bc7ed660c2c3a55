import type { GroupTable } from "../../domain/rates/group-table.js";
import { unknownRates } from "../../domain/rates/unknown-rates.js";
import type { UnknownRate } from "../../domain/rates/unknown-rates.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { RateTable } from "../../settings/rates/read-rates.js";

/**
 * Compares the names in a rate table with those of the input, and returns notices. Throws a
 * `UserError` for a name without records that is probably mistyped, because its records would use
 * the default rate.
 */
export function checkRates(
  rates: RateTable,
  table: GroupTable,
  how: { readonly parallel: boolean; readonly apis: readonly string[] },
): readonly string[] {
  if (!how.parallel) {
    return [
      "The rates of --max-queries-json are used with --parallel alone: all records go as one group. " +
        "Add --parallel to give each group its own rate.",
    ];
  }
  const { modelsByBase } = table;
  const unknown = unknownRates(rates.rates, { modelsByBase, apis: how.apis });
  const mistyped = unknown.filter(({ nearest }) => nearest !== undefined);
  if (mistyped.length > 0) throw mistypedRates(mistyped, rates);
  if (unknown.length === 0) return [];
  const places = unknown.map((rate) => `${titleOf(rate)} (line ${lineOf(rate, rates)})`);
  return [`No record belongs to these names in ${rates.path}: ${places.join(", ")}.`];
}

function mistypedRates(mistyped: readonly UnknownRate[], rates: RateTable): UserError {
  const lines = mistyped.map((rate) => {
    const nearest = rate.nearest ?? "";
    return `  line ${lineOf(rate, rates)}: no record belongs to ${titleOf(rate)}. Did you mean "${nearest}", which has no rate there?`;
  });
  return new UserError(
    `Found names in ${rates.path} that no record has:\n${lines.join("\n")}\n` +
      "Nothing was sent. Correct the names, or add rates for the names that you mean.",
  );
}

function titleOf({ name, model }: UnknownRate): string {
  return model === undefined ? `"${name}"` : `"${model}" of "${name}"`;
}

function lineOf({ name, model }: UnknownRate, { lines }: RateTable): string {
  const place = lines.find((line) => line.name === name && line.model === model);
  return (place?.line ?? 1).toString();
}
