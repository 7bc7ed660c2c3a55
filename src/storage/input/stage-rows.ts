import { createHash, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";

import { jsonLine } from "../../domain/json/json-text.js";
import type { JsonObject } from "../../domain/json/json.js";
import { writeAtomically, writeJsonAtomically } from "../files/write-atomically.js";
import { fileNameOf, runPaths } from "../run/run-folder.js";
import type { KeptPipeline } from "../run/pipeline/kept-pipeline.js";
import { incoming } from "./stage-input.js";
import type { StagedInput } from "./stage-input.js";

/** Rows that wait for their run, with facts that were collected while they were written. */
export interface StagedRows extends StagedInput {
  readonly rows: number;
  readonly sha256: string;
}

/** Writes rows to the place where the preparation of their run looks for them, one per line. */
export async function stageRows(
  folder: { readonly output: string },
  name: string,
  rows: AsyncIterable<JsonObject>,
): Promise<StagedRows> {
  const inputName = `${fileNameOf(name)}.jsonl`;
  const inputPath = await placeIn(folder, inputName);
  const hash = createHash("sha256");
  let count = 0;
  const noted = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const batch of batchesOf(rows)) {
      count += batch.length;
      const text = batch.map((row) => `${jsonLine(row)}\n`).join("");
      hash.update(text);
      yield text;
    }
  };
  await writeAtomically(inputPath, noted());
  return { inputPath, inputName, rows: count, sha256: hash.digest("hex") };
}

/** Creates the folder in which a pipeline and its code wait for their run. */
export async function stagingFolder(
  folder: { readonly output: string },
  name: string,
): Promise<string> {
  const path = await placeIn(folder, `${fileNameOf(name)}.pipeline`);
  await mkdir(path);
  return path;
}

/** Writes a pipeline into its staged folder. */
export async function stagePipeline(path: string, pipeline: KeptPipeline): Promise<void> {
  await writeJsonAtomically(join(path, basename(runPaths(path).pipeline)), pipeline);
}

async function placeIn({ output }: { readonly output: string }, name: string): Promise<string> {
  await mkdir(join(output, incoming), { recursive: true });
  return join(output, incoming, `${randomBytes(6).toString("hex")}-${name}`);
}

const rowsABatch = 500;

async function* batchesOf(
  rows: AsyncIterable<JsonObject>,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  let batch: JsonObject[] = [];
  for await (const row of rows) {
    if (batch.push(row) < rowsABatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
