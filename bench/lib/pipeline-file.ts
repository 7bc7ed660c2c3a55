import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SetUp } from "./set-up.js";

/** A pipeline for the counting server, over rows with a number `i`. */
export interface PipelineFile {
  readonly name: string;
  readonly rows: number;
  /** Steps in YAML by name, in addition to the source `load`. */
  readonly steps: Readonly<Record<string, string>>;
  readonly edges: string;
}

/** Writes a pipeline and its rows. Returns the path of the pipeline's file. */
export async function writePipeline(
  { folder }: SetUp,
  { name, rows, steps, edges }: PipelineFile,
): Promise<string> {
  const lines = Array.from({ length: rows }, (_, i) => `${JSON.stringify({ i })}\n`);
  await writeFile(join(folder, `${name}-rows.jsonl`), lines.join(""));
  const load = `  load: { use: load, file: ${name}-rows.jsonl }`;
  const others = Object.entries(steps).map(([step, text]) => `  ${step}: ${text}`);
  const text = [`name: ${name}`, "steps:", load, ...others, `edges: ["${edges}"]`, ""].join("\n");
  await writeFile(join(folder, `${name}.yaml`), text);
  return `${name}.yaml`;
}

/**
 * Returns a step that asks a model about `#<i>`, plus an offset that distinguishes its calls from
 * others.
 */
export function askStep(model: string, output: string, offset = 0): string {
  const template = `"ask #{{ i + ${offset} }}"`;
  return `{ use: template, llm: openai/${model}, template: ${template}, output: ${output}, outputs: { model_name: ${output}_by } }`;
}
