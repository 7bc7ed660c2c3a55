import pico from "picocolors";
import { oneLine } from "./fit-text.js";
import type { Screen } from "../terminal/screen.js";

/** A titled fact; omitted if the text is empty. */
export type Fact = readonly [title: string, text: string];

/** Renders facts, one per line. */
export function renderFacts(facts: readonly Fact[], screen: Screen): string[] {
  const colours = pico.createColors(screen.colours);
  const width = Math.max(...facts.map(([title]) => title.length));
  return facts
    .filter(([, text]) => text !== "")
    .map(([title, text]) => `${colours.dim(title.padEnd(width))}  ${oneLine(text)}`);
}
