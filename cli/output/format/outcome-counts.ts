import pico from "picocolors";
import { formatCount } from "./format-count.js";
import type { Screen } from "../terminal/screen.js";

interface Counts {
  readonly completed: number;
  readonly failed: number;
}

/** Formats counts as `497 completed, 3 failed`. */
export function outcomeCounts({ completed, failed }: Counts, screen: Screen): string {
  const colours = pico.createColors(screen.colours);
  const failures = failed > 0 ? colours.red(`${formatCount(failed)} failed`) : "none failed";
  return `${colours.green(`${formatCount(completed)} completed`)}, ${failures}`;
}
