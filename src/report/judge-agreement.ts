import { defined } from "../domain/defined.js";
import type { Rating } from "../domain/statistics/agreement.js";
import { cohensKappa } from "../domain/statistics/cohens-kappa.js";
import { fleissKappa } from "../domain/statistics/fleiss-kappa.js";
import { krippendorffsAlpha } from "../domain/statistics/krippendorffs-alpha.js";

/**
 * How far judges agree beyond chance: 1 always, 0 as chance would, below 0 less. An item is an answer with a template. A
 * coefficient is absent where it has no value: nothing is comparable, or there is one verdict throughout.
 */
export interface Agreement {
  readonly judges: readonly string[];
  readonly items: number;
  /** Items that lack the verdict of a judge or more. The kappas leave them out; alpha uses what verdicts they have. */
  readonly unscored: number;
  /** Of two judges. */
  readonly cohensKappa?: number;
  /** Of three judges or more. */
  readonly fleissKappa?: number;
  /** Of three judges or more, and where all verdicts are numbers. */
  readonly krippendorffsAlpha?: number;
  /** Of alpha: `interval` where all verdicts are numbers, which are then the further apart the more they differ. */
  readonly level: "interval" | "nominal";
}

interface Column {
  readonly judge: string;
  readonly template: string;
  readonly ratings: readonly (Rating | null)[];
}

/** `undefined` of a single judge. */
export function agreementOf(columns: readonly Column[]): Agreement | undefined {
  const judges = [...new Set(columns.map(({ judge }) => judge))];
  if (judges.length < 2) return undefined;
  const items = itemsOf(judges, columns);
  const whole = items.filter(isWhole);
  const given = items.flat().filter((rating) => rating !== null);
  const level = given.every((rating) => typeof rating === "number") ? "interval" : "nominal";
  const kappa = kappaOf(judges.length, whole);
  const alpha =
    judges.length > 2 || level === "interval" ? krippendorffsAlpha(items, level) : undefined;
  return {
    ...{ judges, items: items.length, unscored: items.length - whole.length, level },
    ...(kappa !== undefined && { [judges.length === 2 ? "cohensKappa" : "fleissKappa"]: kappa }),
    ...defined({ krippendorffsAlpha: alpha }),
  };
}

function kappaOf(judges: number, whole: readonly (readonly Rating[])[]): number | undefined {
  if (judges > 2) return fleissKappa(whole);
  // Of two judges a whole item has two ratings.
  return cohensKappa(whole as readonly (readonly [Rating, Rating])[]);
}

/** The judges' ratings of each answer with each template, in the judges' order. */
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
