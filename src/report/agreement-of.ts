import { defined } from "../domain/defined.js";
import type { ReportAgreement } from "../domain/report/run-report.js";
import type { Rating } from "../domain/statistics/agreement.js";
import { cohensKappa } from "../domain/statistics/cohens-kappa.js";
import { fleissKappa } from "../domain/statistics/fleiss-kappa.js";
import { krippendorffsAlpha } from "../domain/statistics/krippendorffs-alpha.js";

/** Agreement between judges, with the level of alpha. */
export interface Agreement extends ReportAgreement {
  /**
   * Measurement level of alpha. `interval` if all verdicts are numbers; the distance between two
   * numbers then counts.
   */
  readonly level: "interval" | "nominal";
}

interface Column {
  readonly judge: string;
  readonly template: string;
  readonly ratings: readonly (Rating | null)[];
}

/**
 * Returns the agreement. `undefined` for a single judge, and if one judge gives only numbers and
 * another only labels, which cannot agree.
 */
export function agreementOf(columns: readonly Column[]): Agreement | undefined {
  const judges = [...new Set(columns.map(({ judge }) => judge))];
  if (judges.length < 2 || !haveCommonKind(judges, columns)) return undefined;
  const items = itemsOf(judges, columns);
  const whole = items.filter(isWhole);
  const given = items.flat().filter((rating) => rating !== null);
  const level = given.every((rating) => typeof rating === "number") ? "interval" : "nominal";
  const kappa = kappaOf(judges.length, whole);
  const alpha =
    judges.length > 2 || level === "interval" ? krippendorffsAlpha(items, level) : undefined;
  return {
    judges,
    items: items.length,
    unscored: items.length - whole.length,
    level,
    ...(kappa !== undefined && { [judges.length === 2 ? "cohensKappa" : "fleissKappa"]: kappa }),
    ...defined({ krippendorffsAlpha: alpha }),
  };
}

/**
 * True if all judges with verdicts have given a number, or all have given a label, at least once.
 */
function haveCommonKind(judges: readonly string[], columns: readonly Column[]): boolean {
  const kinds = judges.map((judge) => {
    const own = columns.filter((column) => column.judge === judge);
    return new Set(own.flatMap(({ ratings }) => ratings.flatMap((each) => kindOf(each))));
  });
  return (["number", "string"] as const).some((kind) =>
    kinds.every((own) => own.size === 0 || own.has(kind)),
  );
}

function kindOf(rating: Rating | null): "number" | "string" | [] {
  if (rating === null) return [];
  return typeof rating === "number" ? "number" : "string";
}

function kappaOf(judges: number, whole: readonly (readonly Rating[])[]): number | undefined {
  if (judges > 2) return fleissKappa(whole);
  // With two judges, each complete item has two ratings.
  return cohensKappa(whole as readonly (readonly [Rating, Rating])[]);
}

/**
 * Returns the ratings of each item, in the order of the judges. An item is one answer with one
 * template.
 */
function itemsOf(judges: readonly string[], columns: readonly Column[]): (Rating | null)[][] {
  return [...new Set(columns.map(({ template }) => template))].flatMap((template) => {
    const raters = judges.map((judge) =>
      columns.find((column) => column.judge === judge && column.template === template),
    );
    const count = Math.max(...raters.map((rater) => rater?.ratings.length ?? 0));
    return Array.from({ length: count }, (_, at) =>
      raters.map((rater) => rater?.ratings[at] ?? null),
    );
  });
}

function isWhole(ratings: readonly (Rating | null)[]): ratings is Rating[] {
  return ratings.every((rating) => rating !== null);
}
