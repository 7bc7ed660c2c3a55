import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../files/is-there.js";

export type RowFormat = "jsonl" | "json" | "csv" | "tsv" | "parquet";

export interface RowFile {
  readonly path: string;
  readonly format: RowFormat;
  /** True for a `.gz` file. */
  readonly zipped: boolean;
}

const names = /\.(jsonl|ndjson|json|csv|tsv|parquet)(\.gz)?$/i;
const formats = "JSONL (.jsonl), JSON (.json), CSV (.csv), TSV (.tsv) or Parquet (.parquet)";

/**
 * Returns the file at a path, or the files in a folder and its subfolders, in the order of their
 * paths. Hidden files are ignored. Throws a `UserError` for files of other formats and for an empty
 * folder.
 *
 * @param onOthers called with a folder's files of other formats, which are then ignored
 */
export async function rowFiles(
  path: string,
  onOthers?: (paths: readonly string[]) => void,
): Promise<readonly RowFile[]> {
  if (!(await isThere(path))) {
    throw new UserError(
      `Expected a file or a folder of rows, found nothing at ${JSON.stringify(path)}. Check the path.`,
    );
  }
  if (!(await stat(path)).isDirectory()) return [rowFile(path)];
  const found = await filesIn(path);
  const paths = onOthers ? found.filter(isRowFile) : found;
  if (paths.length < found.length) onOthers?.(found.filter((each) => !isRowFile(each)));
  if (paths.length === 0) {
    throw new UserError(
      `Expected files of rows in ${JSON.stringify(path)}, found none. Put ${formats} files there.`,
    );
  }
  return checkedFiles(path, paths);
}

function checkedFiles(folder: string, paths: readonly string[]): readonly RowFile[] {
  const others = paths.filter((path) => formatOf(path) === undefined);
  if (others.length === 0) return paths.map(rowFile);
  const few = others.slice(0, 5).map((path) => JSON.stringify(path));
  const more = others.length > few.length ? ` and ${others.length - few.length} more` : "";
  throw new UserError(
    `Expected only ${formats} files in ${JSON.stringify(folder)}, found ${few.join(", ")}${more}. Move them elsewhere, or name one file.`,
  );
}

function rowFile(path: string): RowFile {
  const file = formatOf(path);
  if (file) return file;
  throw new UserError(
    `Expected a file of rows in ${formats}, got ${JSON.stringify(path)}. Use one of these endings; .gz may follow, except for Parquet.`,
  );
}

function formatOf(path: string): RowFile | undefined {
  const match = names.exec(path);
  const ending = match?.[1]?.toLowerCase();
  if (!match || ending === undefined) return undefined;
  const zipped = match[2] !== undefined;
  if (zipped && ending === "parquet") return undefined;
  // The pattern matches only these suffixes.
  const format = ending === "ndjson" ? "jsonl" : (ending as RowFormat);
  return { path, format, zipped };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  const paths: string[][] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    // A link counts as its target.
    const isFolder = entry.isSymbolicLink()
      ? (await stat(path)).isDirectory()
      : entry.isDirectory();
    paths.push(isFolder ? await filesIn(path) : [path]);
  }
  return paths.flat();
}

/** True for the name of a file with rows. */
export function isRowFile(path: string): boolean {
  return formatOf(path) !== undefined;
}
