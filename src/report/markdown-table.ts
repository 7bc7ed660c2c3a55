import type { GitState } from "../domain/experiment/experiment.js";
import { escapeMarkdown } from "../domain/escape-markdown.js";

/** A value in a table. An absent value is an empty cell. */
type Cell = string | number | undefined;

/** Formats an interval in words. */
export function rangeText(
  interval: { readonly low: number; readonly high: number } | undefined,
): string | undefined {
  return interval && `${shortText(interval.low)} to ${shortText(interval.high)}`;
}

/** Returns a heading with its content; empty without content. */
export function section(title: string, content: string): string {
  return content === "" ? "" : `## ${title}\n\n${content}`;
}

/** Returns a table; empty without rows. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return "";
  const lines = [heads, heads.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map(cellText).join(" | ")} |`).join("\n");
}

function cellText(cell: Cell): string {
  if (typeof cell === "number") return shortText(cell);
  return inText(cell ?? "");
}

const longestCell = 200;

/** Escapes text from a user or an API, so that Markdown shows it unchanged. */
export function inText(text: string): string {
  const short = text.slice(0, longestCell).replaceAll(/\s+/g, " ");
  return escapeMarkdown(short);
}

/** Formats a number. Counts stay whole. A mean has four digits, as on the screen. */
function shortText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** Formats a latency, which is known within 1 %. */
export function millisecondsText(value: number): string {
  return `${String(Number(value.toPrecision(3)))} ms`;
}

/** Formats a commit in words. */
export function gitText({ commit, dirty }: GitState): string {
  return `${commit}${dirty ? ", modified" : ""}`;
}
