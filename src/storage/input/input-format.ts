/** Format of an input file, determined by its suffix. Case is ignored. */
export type InputFormat = "jsonl" | "json" | "csv" | "tsv" | "txt";

const formats: Readonly<Record<string, InputFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  csv: "csv",
  tsv: "tsv",
  txt: "txt",
};

/** Returns the format; `undefined` for another suffix. */
export function inputFormat(path: string): InputFormat | undefined {
  const [, ending = ""] = /\.([^./\\]+)$/.exec(path) ?? [];
  const lower = ending.toLowerCase();
  return Object.hasOwn(formats, lower) ? formats[lower] : undefined;
}

/** Known suffixes for messages. */
export const knownEndings = ".jsonl, .ndjson, .json, .csv, .tsv or .txt";

/** Returns the file's path without its suffix, if the suffix belongs to an input. */
export function withoutEnding(path: string): string {
  return inputFormat(path) === undefined ? path : path.replace(/\.[^.]+$/, "");
}

/** Returns the suffix for a copy of the file: in lower case, and `.jsonl` for `.ndjson`. */
export function endingOf(path: string): string {
  return `.${inputFormat(path) ?? "jsonl"}`;
}

export function isTable(path: string): boolean {
  const format = inputFormat(path);
  return format === "csv" || format === "tsv";
}

/** Returns the word for a record's place in the file. The header of a table is row 1. */
export function placeWord(path: string): "row" | "item" | "line" {
  if (isTable(path)) return "row";
  return inputFormat(path) === "json" ? "item" : "line";
}
