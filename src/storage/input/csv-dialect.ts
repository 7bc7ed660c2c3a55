import { open } from "node:fs/promises";

/** Separator of a table's cells and decimal mark of its numbers. */
export interface CsvDialect {
  readonly separator: string;
  /** Number of lines before the header: 1 for a line such as `sep=;`. */
  readonly skippedLines: number;
  /** True if `0,7` is a number. It is one where spreadsheets separate cells by semicolons. */
  readonly decimalComma: boolean;
}

const candidates = [",", ";", "\t"] as const;
/**
 * A character that no text contains. With it as separator, each row of a table with one column is
 * one cell.
 */
const nothing = "\u0000";
/** Maximum number of bytes for a header. */
const headBytes = 1 << 16;

/** Determines how a file separates its cells: by a `sep=` line, otherwise by its header. */
export async function csvDialect(path: string): Promise<CsvDialect> {
  return dialectOf(await startOf(path));
}

/** @param start the first characters of the file, with the whole header */
function dialectOf(start: string): CsvDialect {
  const text = start.replace(/^\uFEFF/, "");
  const [first = "", separator] = /^"?sep=([^\r\n])"?[^\S\t\r\n]*(?:\r\n|\n|\r)/i.exec(text) ?? [];
  if (separator !== undefined) return { ...dialectBy(separator), skippedLines: 1 };
  return dialectBy(separatorOf(text.slice(first.length)));
}

function dialectBy(separator: string): CsvDialect {
  return { separator, skippedLines: 0, decimalComma: separator === ";" };
}

/**
 * Returns the most frequent candidate in the header outside of quotes. If candidates are equally
 * frequent, the comma wins.
 */
function separatorOf(text: string): string {
  const counts = new Map<string, number>(candidates.map((candidate) => [candidate, 0]));
  let isQuoted = false;
  for (const character of text.replace(/^[\r\n]+/, "")) {
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === "\n" || character === "\r") break;
    const count = counts.get(character);
    if (count !== undefined) counts.set(character, count + 1);
  }
  const [best, most] = [...counts].reduce((one, next) => (next[1] > one[1] ? next : one));
  return most === 0 ? nothing : best;
}

async function startOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
