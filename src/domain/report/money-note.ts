import type { Reproduce } from "./run-report.js";

/** Returns the note below a figure of money: its unit, and where the prices come from. */
export function moneyNote({ prices, settings }: Pick<Reproduce, "prices" | "settings">): string {
  const note = "In US dollars. Answers without a known price are not counted.";
  if (prices === undefined) return note;
  // A user's own prices may cover some of the models only.
  const source =
    settings["prices"] === undefined
      ? "Public prices"
      : "Your own prices, otherwise the public ones";
  return `${note} ${source} of ${prices}.`;
}
