import { readInputLines } from "./input-lines.js";

/** The texts of a file's JSON lines, in constant memory. */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  for await (const { text } of readInputLines(path)) yield text;
}
