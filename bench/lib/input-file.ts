import { open } from "node:fs/promises";
import { join } from "node:path";
import type { SetUp } from "./set-up.js";

export interface InputFile {
  /** Of the experiment: the file is `<name>.jsonl` in the folder of the set-up. */
  readonly name: string;
  readonly records: number;
  /** The marker of the first record; the others count on. @default 0 */
  readonly firstId?: number;
  /** @default "counting-1" */
  readonly model?: string;
  /** Of each, sent one by one as a chat. @default a single prompt */
  readonly turns?: number;
  /** Length of a line, about. @default as short as it gets */
  readonly bytes?: number;
}

/** Writes an experiment for the counting server: prompts with a marker `#<n>` by which it knows them again. */
export async function writeInput(setUp: SetUp, input: InputFile): Promise<string> {
  const { name, records, firstId = 0, model = "counting-1", bytes = 0, turns } = input;
  const path = join(setUp.folder, `${name}.jsonl`);
  const file = await open(path, "w");
  try {
    const linesAtOnce = 2_000;
    for (let from = 0; from < records; from += linesAtOnce) {
      const count = Math.min(linesAtOnce, records - from);
      const lines = Array.from({ length: count }, (_, index) => {
        const id = firstId + from + index;
        return turns === undefined ? lineOf(id, model, bytes) : chatOf(id, model, turns);
      });
      await file.write(lines.join(""));
    }
  } finally {
    await file.close();
  }
  return path;
}

function lineOf(id: number, model: string, bytes: number): string {
  const start = `{"id":"r-${id}","api":"openai","model_name":"${model}","prompt":"#${id} Say something`;
  const end = `","parameters":{"temperature":1}}\n`;
  return (
    start +
    " and then more"
      .repeat(1 + bytes / 14)
      .slice(0, Math.max(0, bytes - start.length - end.length)) +
    end
  );
}

function chatOf(id: number, model: string, turns: number): string {
  const prompt = Array.from({ length: turns }, (_, turn) => `#${id} Say something, ${turn + 1}`);
  return `${JSON.stringify({ id: `r-${id}`, api: "openai", model_name: model, prompt })}\n`;
}
