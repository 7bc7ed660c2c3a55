import { open } from "node:fs/promises";
import { join } from "node:path";
import type { SetUp } from "./set-up.js";

export interface InputFile {
  /** Name of the experiment. The file is `<name>.jsonl` in the folder of the set-up. */
  readonly name: string;
  readonly records: number;
  /** Marker of the first record. Later markers count up. @default 0 */
  readonly firstId?: number;
  /** Name of the model. @default "counting-1" */
  readonly model?: string;
  /** Number of turns of each record, which is then a chat. @default a single prompt */
  readonly turns?: number;
  /** Approximate length of a line in bytes. @default the shortest line */
  readonly bytes?: number;
}

/**
 * Writes an experiment for the counting server. Its prompts contain a marker `#<n>`, which
 * identifies them.
 */
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
