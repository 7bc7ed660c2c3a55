import { countOf, countText } from "../count-text.js";
import type { Comparison } from "./comparison.js";

type Joined = Pick<Comparison, "joinedBy" | "pairs" | "differentPrompts">;

/** Returns sentences that say how the pairs of a comparison were joined, and where they differ. */
export function joinNotes({ joinedBy, pairs, differentPrompts }: Joined): readonly string[] {
  const different = `${countText(differentPrompts)} of ${countOf(pairs, "pair")}`;
  return [
    ...(joinedBy === "position" ? [positionWarning] : []),
    ...(differentPrompts > 0 ? [`Prompts differ in ${different}.`] : []),
  ];
}

const positionWarning =
  "Warning: neither ids nor prompts identify the records, so line 1 is compared with line 1, and so on. The figures are wrong if the runs have their records in a different order.";
