import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";

import { BatchResult } from "../../domain/flow/result/batch-result.js";
import { BatchTally } from "../../domain/flow/result/batch-tally.js";
import { countsOfLine } from "../../domain/flow/count-line.js";
import type { CodeFlow } from "../../domain/flow/flow.js";
import type { LineEnd } from "../../domain/flow/line.js";
import { addPosition } from "../../domain/experiment/ranges.js";
import type { Range } from "../../domain/experiment/ranges.js";
import type { ExperimentSettings, Manifest } from "../../domain/experiment/experiment.js";
import { StepTally } from "../../domain/graph/step-counts.js";
import { jsonLine } from "../../domain/json/json-text.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Outcome } from "../../domain/record/outcome.js";
import { outputLine } from "../../domain/record/output-line.js";
import { hashFile } from "../files/hash-file.js";
import { writeAtomically, writeJsonAtomically } from "../files/write-atomically.js";
import { buildRowIndex } from "../index/build-row-index.js";
import { claimRun } from "../run/claim-run.js";
import { importedLanguage, stageFlow } from "../run/kept-flow.js";
import { fileNameOf, runPaths } from "../run/run-folder.js";
import { stampOf } from "../run/stamp.js";
import type { PromptflowLine, PromptflowRun } from "./promptflow-run.js";
import { writeOutput } from "./write-output.js";

export interface ImportedRun {
  readonly name: string;
  /** Path of the state folder. */
  readonly directory: string;
  readonly completed: number;
  readonly failed: number;
}

/** Writes a finished run of promptflow as a finished run of a data folder. */
export async function importLines(
  run: PromptflowRun,
  settings: ExperimentSettings,
): Promise<ImportedRun> {
  const folder = join(settings.dataFolder, "output", fileNameOf(settings.name));
  await mkdir(folder, { recursive: true });
  const lines: PromptflowLine[] = [];
  for await (const line of run.lines()) lines.push(line);
  const claim = { runId: `imported ${run.name}`, inputPath: run.name };
  const directory = await claimRun(folder, claim, () => new Date());
  const paths = runPaths(directory);
  await writeAtomically(paths.input, lines.map((line) => `${inputText(line)}\n`).join(""));
  await writeAtomically(
    paths.completed,
    lines.map((line) => `${completedText(line, run)}\n`).join(""),
  );
  await stageFlow(directory, keptFlow(run, settings));
  await writeManifest(directory, settings);
  await writeOutput(directory);
  const { result, steps } = resultOf(run, lines);
  await writeJsonAtomically(paths.batchResult, BatchResult.toJson(result));
  const counts = { completed: result.completedLines, failed: result.failedLines };
  const finishedAt = Date.parse(result.endTime);
  await writeJsonAtomically(paths.result, { ...counts, repeatedCalls: 0, steps, finishedAt });
  return { name: settings.name, directory, ...counts };
}

function inputText({ number, inputs }: PromptflowLine): string {
  return jsonLine({ line_number: number, inputs });
}

function completedText(line: PromptflowLine, { keptBy = "node" }: PromptflowRun): string {
  const { startedAt: sentAt, endedAt: finishedAt, tokens } = line;
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
  const kept = keptBy === "node" ? keptByReference(line.end) : {};
  const end = { ...line.end, usage, ...kept };
  const facts = { sentAt, finishedAt, attempts: 0, line: end };
  return outputLine(inputText(line), outcomeOf(facts, end), {
    localStamp: (ms) => stampOf(new Date(ms)),
  });
}

function outcomeOf(
  facts: Pick<Outcome, "sentAt" | "finishedAt" | "attempts" | "line">,
  { status, error }: LineEnd,
): Outcome {
  if (status === "completed") return { status, ...facts, response: null };
  const { type = "UnknownError", message = "The line failed." } = error ?? {};
  return { status, ...facts, error: { type, message } };
}

/**
 * Returns the kept values by reference. promptflow keeps the output of every node, but an
 * aggregation looks for its reference.
 */
function keptByReference({ kept = {} }: LineEnd): { readonly kept: JsonObject } {
  const entries = Object.entries(kept).map(([node, value]) => [`\${${node}.output}`, value]);
  return { kept: Object.fromEntries(entries) as JsonObject };
}

function keptFlow(
  run: PromptflowRun,
  { requestsPerMinute, name }: ExperimentSettings,
): Parameters<typeof stageFlow>[1] {
  // The code is not part of the run. This place represents it in the flow, and never runs.
  const flow: CodeFlow = {
    kind: "code",
    name: fileNameOf(name),
    inputs: {},
    code: { language: importedLanguage, file: basename(run.snapshot ?? run.name) },
  };
  return {
    version: 1,
    flow,
    mapping: {},
    connections: {},
    apis: [],
    variables: {},
    workers: 1,
    lineTimeoutMs: 0,
    rates: { requestsPerMinute },
    droppedLines: 0,
  };
}

async function writeManifest(directory: string, settings: ExperimentSettings): Promise<void> {
  const { input, stamp } = runPaths(directory);
  const pipeline = { path: directory, targets: [], reuse: false, window: 1 };
  const index = await buildRowIndex(input, { name: settings.name, pipeline });
  await index.write(directory, new Date());
  const manifest: Manifest = {
    version: 2,
    settings,
    stamp,
    runId: "imported",
    inputPath: input,
    targets: [],
    inputSha256: await hashFile(input),
    groups: index.groups,
    records: index.checked.records,
    invalid: 0,
    createdAt: Date.now(),
  };
  await writeJsonAtomically(runPaths(directory).manifest, manifest);
}

function resultOf(
  run: PromptflowRun,
  lines: readonly PromptflowLine[],
): { readonly result: BatchResult; readonly steps: ReturnType<StepTally["counts"]> } {
  const lineNumbers: Range[] = [];
  for (const { number } of lines) addPosition(lineNumbers, number);
  const tally = new BatchTally(lineNumbers);
  const steps = new StepTally();
  for (const { number: lineNumber, tokens, end } of lines) {
    tally.add({ ...end, lineNumber, tokens });
    steps.add(countsOfLine(end));
  }
  const aggregation = { nodes: {}, errors: {}, metrics: run.metrics };
  const startedAt = lines.reduce((first, line) => Math.min(first, line.startedAt), Date.now());
  const endedAt = lines.reduce((last, line) => Math.max(last, line.endedAt), startedAt);
  return { result: tally.result({ startedAt, endedAt, aggregation }), steps: steps.counts() };
}
