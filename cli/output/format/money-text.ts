import type { ExperimentStatus } from "../../../src/client/status/status.js";
import type { Spending } from "../../../src/domain/money/spending.js";
import { formatMoney } from "../../../src/domain/money/format-money.js";
import { formatCountOf } from "./format-count.js";

type Sums = Partial<Spending> & Pick<Spending, "cost" | "unknownCalls" | "saved">;

/**
 * Formats spending: `$1.23`; `at least $1.23, 4 calls of unknown price (…)`; `unknown, 4 calls of
 * unknown price (…)`; empty if nothing was spent.
 */
export function moneyText(spending: Sums | undefined): string {
  return spending ? textOf(spending, "") : "";
}

/** @param bound text after the sum, before the unknown prices and the savings */
function textOf({ cost, unknownCalls, saved }: Sums, bound: string): string {
  return [
    `${knownText(cost, unknownCalls)}${bound}`,
    ...(unknownCalls > 0
      ? [
          `${formatCountOf(unknownCalls, "call")} of unknown price (set \`prices\` in ostinato.json)`,
        ]
      : []),
    ...(saved > 0 ? [`${formatMoney(saved)} saved by reused answers`] : []),
  ].join(", ");
}

function knownText(cost: number, unknownCalls: number): string {
  if (unknownCalls === 0) return formatMoney(cost);
  return cost === 0 ? "unknown" : `at least ${formatMoney(cost)}`;
}

/**
 * Formats spending in short form: `$1.23`, `$1.23+` if some prices are unknown, `unknown`; empty if
 * nothing was spent.
 */
export function shortCost(spending: Spending | undefined): string {
  if (!spending) return "";
  const { cost, unknownCalls } = spending;
  if (unknownCalls === 0) return formatMoney(cost);
  return cost === 0 ? "unknown" : `${formatMoney(cost)}+`;
}

/** Formats spending with its maximum: `$1.23 of at most $5.00, $0.25 saved by reused answers`. */
export function costText({
  spending,
  maxCost,
}: Pick<ExperimentStatus, "spending" | "maxCost">): string {
  if (maxCost === undefined) return moneyText(spending);
  const bound = ` of at most ${formatMoney(maxCost)}`;
  return spending ? textOf(spending, bound) : `${formatMoney(0)}${bound}`;
}
