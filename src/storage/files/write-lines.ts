import { writeAtomically } from "./write-atomically.js";

/** Writes a file of lines atomically and returns their number. */
export async function writeLines(path: string, lines: AsyncIterable<string>): Promise<number> {
  let count = 0;
  async function* text(): AsyncGenerator<string, void, undefined> {
    for await (const line of lines) {
      count += 1;
      yield `${line}\n`;
    }
  }
  await writeAtomically(path, text());
  return count;
}
