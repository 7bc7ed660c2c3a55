import { escapeMarkdown } from "../../domain/markdown-text.js";
import { cellsOf } from "./table-cells.js";
import type { ReadLines } from "./table-cells.js";

const rowsABatch = 1_000;

/** Lines of JSON as a table in Markdown. Line ends in a cell become `<br>`. */
export async function* markdownOf(
  read: ReadLines,
  columns: readonly string[],
): AsyncGenerator<string, void, undefined> {
  yield rowOf(columns.map(cellText)) + rowOf(columns.map(() => "---"));
  let rows: string[] = [];
  for await (const text of read()) {
    if (rows.push(rowOf(cellsOf(text, columns).map(cellText))) < rowsABatch) continue;
    yield rows.join("");
    rows = [];
  }
  yield rows.join("");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function cellText(text: string): string {
  return escapeMarkdown(text).replaceAll(/\r\n|[\r\n]/g, "<br>");
}
