import stringWidth from "string-width";
import { escapeMarkdown } from "../../domain/escape-markdown.js";
import { cellsOf } from "./table-cells.js";
import type { ReadLines } from "./table-cells.js";

const rowsABatch = 1_000;
/**
 * Maximum width of a cell that widens its column. Otherwise a long answer would fill the other
 * cells with spaces.
 */
const widestPadded = 60;
/** Minimum number of dashes below a title. */
const narrowest = 3;

/**
 * Yields lines of JSON as a Markdown table with aligned columns. Line ends in a cell become `<br>`.
 * Reads the lines twice.
 */
export async function* completedMarkdownOf(
  read: ReadLines,
  columns: readonly string[],
): AsyncGenerator<string, void, undefined> {
  const titles = columns.map(cellText);
  const widths = titles.map((title) => Math.max(narrowest, stringWidth(title)));
  for await (const text of read()) widen(widths, textsOf(text, columns));
  yield (
    rowOf(titles, widths) +
    rowOf(
      widths.map((width) => "-".repeat(width)),
      widths,
    )
  );
  let rows: string[] = [];
  for await (const text of read()) {
    if (rows.push(rowOf(textsOf(text, columns), widths)) < rowsABatch) continue;
    yield rows.join("");
    rows = [];
  }
  yield rows.join("");
}

function textsOf(line: string, columns: readonly string[]): readonly string[] {
  return cellsOf(line, columns).map(cellText);
}

function widen(widths: number[], cells: readonly string[]): void {
  for (const [at, cell] of cells.entries()) {
    // A cell with this many characters is too wide in any case. Measuring it would take long.
    const width = cell.length > 2 * widestPadded ? Infinity : stringWidth(cell);
    if (width <= widestPadded) widths[at] = Math.max(widths[at] ?? 0, width);
  }
}

function rowOf(cells: readonly string[], widths: readonly number[]): string {
  return `| ${cells.map((cell, at) => padded(cell, widths[at] ?? 0)).join(" | ")} |\n`;
}

function padded(cell: string, width: number): string {
  if (cell.length > 2 * widestPadded) return cell;
  return cell + " ".repeat(Math.max(0, width - stringWidth(cell)));
}

function cellText(text: string): string {
  return escapeMarkdown(text).replaceAll(/\r\n|[\r\n]/g, "<br>");
}
