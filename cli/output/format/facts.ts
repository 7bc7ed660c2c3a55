import pico from "picocolors";
import { oneLine } from "./fit-text.js";
import type { Screen } from "../terminal/screen.js";

/** What is known under a title; left out where the text is empty. */
export type Fact = readonly [title: string, text: string];

/** Facts, a line each, below one another. */
export function renderFacts(facts: readonly Fact[], screen: Screen): string[] {
  const colours = pico.createColors(screen.colours);
  const width = Math.max(...facts.map(([title]) => title.length));
  return facts
    .filter(([, text]) => text !== "")
    .map(([title, text]) => `${colours.dim(title.padEnd(width))}  ${oneLine(text)}`);
}
