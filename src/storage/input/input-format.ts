/** The form of an input file, by its ending in any case. */
export type InputFormat = "jsonl" | "json" | "csv" | "tsv" | "txt";

const formats: Readonly<Record<string, InputFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  csv: "csv",
  tsv: "tsv",
  txt: "txt",
};

/** Returns `undefined` for another ending. */
export function inputFormat(path: string): InputFormat | undefined {
  const [, ending = ""] = /\.([^./\\]+)$/.exec(path) ?? [];
  const lower = ending.toLowerCase();
  return Object.hasOwn(formats, lower) ? formats[lower] : undefined;
}

/** `.jsonl or .csv …`, for messages. */
export const knownEndings = ".jsonl, .ndjson, .json, .csv, .tsv or .txt";

/** The file's path without its ending, if that is one of an input. */
export function withoutEnding(path: string): string {
  return inputFormat(path) === undefined ? path : path.replace(/\.[^.]+$/, "");
}

/** The ending of a copy of the file: lower case, `.jsonl` for `.ndjson`. */
export function endingOf(path: string): string {
  return `.${inputFormat(path) ?? "jsonl"}`;
}

export function isTable(path: string): boolean {
  const format = inputFormat(path);
  return format === "csv" || format === "tsv";
}

/** The word for a record's place in the file. The header of a table is row 1. */
export function placeWord(path: string): "row" | "item" | "line" {
  if (isTable(path)) return "row";
  return inputFormat(path) === "json" ? "item" : "line";
}
