import type pico from "picocolors";
import stringWidth from "string-width";
import { fitText } from "../format/fit-text.js";
import { formatCountOf } from "../format/format-count.js";
import { columns } from "./live-row.js";
import type { Column, LiveRow } from "./live-row.js";

type Colours = ReturnType<typeof pico.createColors>;

interface Space {
  readonly width: number;
  /** Maximum number of lines, including the head and the note about hidden rows. */
  readonly lines: number;
  /** Noun of a row: `group` or `step`. */
  readonly noun: string;
}

const longestLabel = 24;
const shortestLabel = 12;
const longestBar = 24;
const shortestBar = 6;
const gap = 2;
/** Columns that a narrow screen leaves out, in the order in which they are removed. */
const expendable: readonly Column[] = ["dropped", "flight", "rate", "held by", "failed"];
/** Column that is removed before the bar is. */
const leastNeeded: Column = "cost";
const leftColumns: readonly Column[] = ["held by"];

/**
 * Returns the table of groups or steps, without the rows and columns for which there is no room.
 */
export function liveTable(
  rows: readonly LiveRow[],
  { width, lines, noun }: Space,
  colours: Colours,
): string[] {
  if (lines < 2 || rows.length === 0) return [];
  const most = rows.length + 1 <= lines ? rows.length : Math.max(0, lines - 2);
  const shown = rows.slice(0, most);
  const layout = layoutOf(shown, width);
  const hidden = rows.length - shown.length;
  return [
    colours.dim(lineOf(undefined, layout, colours)),
    ...shown.map((row) => lineOf(row, layout, colours)),
    ...(hidden > 0 ? [colours.dim(formatCountOf(hidden, `more ${noun}`))] : []),
  ];
}

interface Layout {
  readonly label: number;
  readonly bar: number;
  readonly cells: readonly { readonly column: Column; readonly width: number }[];
  readonly width: number;
}

function layoutOf(rows: readonly LiveRow[], width: number): Layout {
  let cells = columns
    .filter((column) => rows.some((row) => hasCell(row, column)))
    .map((column) => ({ column, width: cellWidth(rows, column) }));
  const longest = Math.max(0, ...rows.map((row) => stringWidth(row.label)));
  const label = Math.min(longest, longestLabel);
  const least = Math.min(label, shortestLabel);
  const room = (): number => width - cells.reduce((sum, cell) => sum + cell.width + gap, 0);
  if (room() < least + gap + shortestBar) {
    cells = cells.filter(({ column }) => column !== leastNeeded);
  }
  for (const column of expendable) {
    if (room() >= least) break;
    cells = cells.filter((cell) => cell.column !== column);
  }
  // A long name is cut to make room for the bar.
  const besideBar = Math.max(least, room() - shortestBar - gap);
  const own = Math.max(1, Math.min(label, room(), besideBar));
  const bar = Math.min(longestBar, room() - own - gap);
  return { label: own, bar: bar < shortestBar ? 0 : bar, cells, width };
}

/**
 * True if a column has content. Calls in flight come and go, so their column stays while there are
 * calls.
 */
function hasCell({ cells, isOver }: LiveRow, column: Column): boolean {
  return cells[column] !== "" || (column === "flight" && !isOver && cells.rate !== "");
}

function cellWidth(rows: readonly LiveRow[], column: Column): number {
  return Math.max(column.length, ...rows.map((row) => stringWidth(row.cells[column])));
}

/** @param row row of the line; `undefined` for the head */
function lineOf(
  row: LiveRow | undefined,
  { label, bar, cells, width }: Layout,
  colours: Colours,
): string {
  const space = " ".repeat(gap);
  const texts = cells.map(({ column, width: wide }) => {
    const text = row ? row.cells[column] : column;
    const rest = " ".repeat(Math.max(0, wide - stringWidth(text)));
    if (leftColumns.includes(column)) return `${text}${rest}`;
    const shown = column === "failed" && row ? colours.red(text) : text;
    return `${rest}${shown}`;
  });
  const bars = bar === 0 ? [] : [row ? barOf(row, bar, colours) : " ".repeat(bar)];
  const line = [fitText(row?.label ?? "", label), ...bars, ...texts].join(space).trimEnd();
  return stringWidth(line) > width ? fitText(line, width).trimEnd() : line;
}

function barOf(row: LiveRow, width: number, colours: Colours): string {
  const { completed, failed, dropped, total } = row;
  if (total === 0) return " ".repeat(width);
  const cells = (records: number) => Math.floor((records * width) / total);
  const ended = Math.min(width, cells(completed + failed + dropped));
  const red = failed === 0 ? 0 : Math.min(ended, Math.max(1, cells(failed)));
  const grey = Math.min(ended - red, cells(dropped));
  return [
    colours.green("━".repeat(ended - red - grey)),
    colours.red("━".repeat(red)),
    colours.yellow("━".repeat(grey)),
    colours.dim("─".repeat(width - ended)),
  ].join("");
}
