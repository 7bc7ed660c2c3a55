import { countText } from "../../domain/count-text.js";
import type { StepStatus } from "../status/step-status.js";

/** Formats the counts of each step as a line for its box in a drawing. */
export function stepNotes(steps: readonly StepStatus[] = []): ReadonlyMap<string, string> {
  return new Map(steps.map((step) => [step.name, noteOf(step)]));
}

function noteOf({ done, failed, dropped, inFlight, waiting }: StepStatus): string {
  const counts = Object.entries({ failed, dropped, "in flight": inFlight, waiting });
  const others = counts
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${countText(count)} ${word}`);
  return [`${countText(done)} done`, ...others].join(", ");
}
