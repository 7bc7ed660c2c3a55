import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import type { Flow } from "../../domain/flow/flow.js";
import type { MappedLine } from "../../domain/flow/inputs/map-line.js";
import type { LineEnd } from "../../domain/flow/line.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { ExecutorPool } from "../../executors/lines/executor.js";
import { executorOf, executorsOf } from "../../flow/code/executor-of.js";
import { runFlow } from "../../flow/line/run-flow.js";
import { folderOfImages } from "../../flow/messages/images.js";
import { createOpenRegistry } from "../../providers/registry/open-registry.js";
import type { Ask } from "../pipeline/dry-walks.js";
import { askerOf } from "../pipeline/dry-run.js";
import { defaultLineTimeoutMs } from "./batch-settings.js";
import type { BatchSettings, StartingPlace } from "./batch-settings.js";
import { DryCalls } from "./dry-calls.js";
import type { DryLineCall, Placeholder } from "./dry-calls.js";
import { completeBatchSettings } from "./complete-settings.js";
import { nameOfFlow, openGiven, readyFlow } from "./open-given.js";
import type { GivenFlow } from "./open-given.js";
import { readLines } from "./read-lines.js";

export interface DryBatchSettings extends BatchSettings, StartingPlace {
  /** Number of lines to run, from the first. @default 1 */
  readonly lines?: number;
  /**
   * Send the calls. If false, prompts are rendered and each answer is a placeholder. @default true
   */
  readonly calls?: boolean;
  /**
   * Text of a placeholder, or a function that returns it for a call. @default "<answer of
   * API/MODEL>"
   */
  readonly placeholder?: Placeholder;
  /** Environment variables. @default process.env */
  readonly env?: Environment;
  /** Called for each line of the whole run. */
  readonly onLine?: (line: MappedLine) => void;
}

export interface DryLine {
  readonly line_number: number;
  readonly inputs: JsonObject;
  readonly calls: readonly DryLineCall[];
  readonly end: LineEnd;
}

export interface DryBatch {
  /** Default name of the flow's runs. */
  readonly name: string;
  readonly flow: Flow;
  /** API for each connection of the flow. */
  readonly connections: Readonly<Record<string, string>>;
  readonly lines: readonly DryLine[];
  readonly estimate: DryEstimate;
  readonly warnings: readonly string[];
}

/** The estimated calls of a whole run, if all of its lines are like the lines of the dry run. */
export interface DryEstimate {
  readonly lines: number;
  readonly calls: number;
  readonly promptTokens: number;
}

/**
 * Runs the first lines of a flow in this process. Needs no server, saves nothing, and runs no
 * aggregation. Throws a `UserError` for the same problems as `startBatch`.
 */
export async function dryRunBatch(given: GivenFlow, dry: DryBatchSettings): Promise<DryBatch> {
  const { workingDir: folder = ".", dataFolder = "data", providers = [], lines: most = 1 } = dry;
  const settings = completeBatchSettings(dry, folder);
  const modules = providers.map((path) => resolve(path));
  const registry = await createOpenRegistry()(modules);
  const opened = await openGiven(given, settings, { folder, apis: registry.names });
  const data = { path: resolve(dataFolder), output: resolve(dataFolder, "output") };
  const staged = await mkdtemp(join(tmpdir(), "ostinato-dry-run-"));
  const variables = { ...opened.variables, ...settings.variables };
  try {
    const ready = await readyFlow(opened, settings, { folder, data, staged });
    const read = await readLines(ready.flow, {
      folder,
      output: data.output,
      settings: { ...settings, mapping: ready.mapping },
    });
    const { first, count } = await firstOf(read.lines, most, dry.onLine);
    const asking = { ...settings, mediaFolderOf: folderOfImages };
    const ask = await askerOf(registry.loadProvider, asking);
    const { connections } = opened;
    const code = { ...settings, connections, variables, apis: registry.names };
    const made = await dryLines(ready.flow, first, {
      code,
      staged,
      ask: settings.calls === false ? undefined : ask,
      ...defined({ placeholder: settings.placeholder }),
    });
    const warnings = [...opened.warnings, ...ready.warnings, ...read.report().warnings];
    const shared = { name: nameOfFlow(opened), flow: ready.flow, connections };
    return { ...shared, lines: made, estimate: estimateOf(made, count), warnings };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function firstOf(
  lines: AsyncIterable<MappedLine>,
  most: number,
  onLine: DryBatchSettings["onLine"],
): Promise<{ readonly first: readonly MappedLine[]; readonly count: number }> {
  const first: MappedLine[] = [];
  let count = 0;
  for await (const line of lines) {
    onLine?.(line);
    if (first.length < most) first.push(line);
    count += 1;
  }
  return { first, count };
}

export interface DryCode {
  readonly code: Pick<BatchSettings, "executor" | "lineTimeoutMs"> & {
    readonly connections: Readonly<Record<string, string>>;
    readonly variables: Readonly<Record<string, string>>;
    readonly apis: readonly string[];
  };
  readonly staged: string;
  readonly ask: Ask | undefined;
  readonly placeholder?: Placeholder;
}

/** Runs lines one after the other. */
export async function dryLines(
  flow: Flow,
  lines: readonly MappedLine[],
  { code, staged, ...asking }: DryCode,
): Promise<readonly DryLine[]> {
  const given = { ...code, workers: 1 };
  const executor = flow.kind === "chat" ? undefined : executorOf({ ...given, flow }, staged);
  const executors: ReadonlyMap<string, ExecutorPool> =
    flow.kind === "chat" ? executorsOf(flow.roles, given, staged) : new Map();
  const limitMs = code.lineTimeoutMs ?? defaultLineTimeoutMs;
  const signal = new AbortController().signal;
  const shared = { executor, executors, limitMs, signal, journal: noJournal, known: new Map() };
  const made: DryLine[] = [];
  try {
    for (const { line_number: number, inputs, error } of lines) {
      const calls = new DryCalls({ ...code, flow, ...asking });
      const end: LineEnd = error
        ? { status: "failed", error, nodes: {} }
        : await runFlow(flow, inputs, { ...shared, number, calls });
      made.push({ line_number: number, inputs, calls: calls.made, end });
    }
    return made;
  } finally {
    await Promise.all([executor, ...executors.values()].map(async (pool) => pool?.end()));
  }
}

const noJournal = { record: async (): Promise<void> => Promise.resolve() };

function estimateOf(made: readonly DryLine[], lines: number): DryEstimate {
  const calls = made.flatMap((line) => line.calls);
  const tokens = calls.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
  const times = made.length === 0 ? 0 : lines / made.length;
  return {
    lines,
    calls: Math.round(calls.length * times),
    promptTokens: Math.round(tokens * times),
  };
}
