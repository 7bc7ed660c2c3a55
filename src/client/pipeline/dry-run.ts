import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import { sourceRows } from "../../domain/graph/walk/source-rows.js";
import { walkRow } from "../../domain/graph/walk/row-walk.js";
import { WalkPlan } from "../../domain/graph/walk/walk-plan.js";
import type { WalkResult } from "../../domain/graph/walk/walk.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { Prompt, PromptRecord } from "../../domain/record/prompt-record.js";
import { openFunctions } from "../../pipeline/code/function-pool.js";
import type { FunctionPool } from "../../pipeline/code/function-pool.js";
import type { StepEffects } from "../../pipeline/steps/step-effects.js";
import { createWalkHost } from "../../pipeline/walk-host.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { createOpenRegistry } from "../../providers/registry/open-registry.js";
import type { Environment } from "../../domain/environment.js";
import { checkedGraph } from "./checked-graph.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";
import { joinSources } from "./join-sources.js";
import { keepFunctions } from "./keep-functions.js";
import { openSources } from "./open-sources.js";

export interface DryRunOptions extends Pick<
  PipelineSettings,
  "dataset" | "providers" | "dataFolder"
> {
  /** Number of rows, from the first. @default 1 */
  readonly rows?: number;
  /** False: the prompts are rendered, and each answer is a placeholder. @default true */
  readonly calls?: boolean;
  /** @default ".env" */
  readonly envFile?: string;
  /** @default that of this process */
  readonly env?: Environment;
}

/** A call of a dry run, with its answer or its error. */
export interface DryCall {
  readonly step: string;
  /** `<api>/<model>` */
  readonly target: string;
  readonly prompt: Prompt;
  readonly parameters: JsonObject;
  readonly response?: JsonValue;
  readonly error?: string;
}

export interface DryRow {
  /** From 0. */
  readonly position: number;
  readonly calls: readonly DryCall[];
  readonly result: WalkResult;
}

/**
 * Walks the first rows through the whole graph in this process. It needs no server, and neither
 * reads nor writes what runs have made. Throws a `UserError` for a pipeline with problems.
 */
export async function* dryRun(
  given: GivenPipeline,
  options: DryRunOptions = {},
): AsyncGenerator<DryRow, void, undefined> {
  const { rows = 1, dataset, dataFolder = "data" } = options;
  const output = resolve(dataFolder, "output");
  const seen = new Map<string, Set<string>>();
  const first: JsonObject[] = [];
  for await (const row of joinSources(await openSources(given, { dataset, output }), seen)) {
    if (first.length < rows) first.push(row);
  }
  const kept = await mkdtemp(join(tmpdir(), "ostinato-dry-run-"));
  let pool: FunctionPool | undefined;
  try {
    const functions = await keepFunctions(given, kept);
    const registry = await createOpenRegistry()(
      (options.providers ?? []).map((path) => resolve(path)),
    );
    const { graph } = checkedGraph(given.definition, { seen, functions }, { apis: registry.names });
    if (functions.size > 0) pool = await openFunctions(kept);
    const plan = new WalkPlan(graph);
    const ask = await askerOf(registry.loadProvider, options);
    for (const [position, row] of first.entries()) {
      const calls: DryCall[] = [];
      const effects = { call: noting(calls, ask), run: runnerOf(given, pool) };
      const host = createWalkHost(given.definition, effects, position);
      const result = await walkRow(plan, sourceRows(graph, row), host);
      yield { position, calls, result };
    }
  } finally {
    await pool?.end();
    await rm(kept, { recursive: true, force: true });
  }
}

type Ask = (record: PromptRecord) => Promise<Answer>;

async function askerOf(
  loadProvider: Awaited<ReturnType<ReturnType<typeof createOpenRegistry>>>["loadProvider"],
  { calls = true, envFile = ".env", env = process.env, dataFolder = "data" }: DryRunOptions,
): Promise<Ask> {
  if (!calls) return async (record) => ({ response: `<answer of ${targetOf(record)}>` });
  const environment = await readEnvironment(resolve(envFile), env);
  return async (record) => {
    const provider = await loadProvider(record.api);
    const mediaFolder = resolve(dataFolder, "media");
    const signal = AbortSignal.timeout(300_000);
    return provider.send({
      record,
      environment,
      turn: 0,
      answers: [],
      mediaFolder,
      attempt: 1,
      signal,
    });
  };
}

function noting(calls: DryCall[], ask: Ask): StepEffects["call"] {
  return async ({ record }, { step }) => {
    const { prompt, parameters } = record;
    const call = { step, target: targetOf(record), prompt, parameters: parameters ?? {} };
    const place = calls.push(call) - 1;
    try {
      const answer = await ask(record);
      calls[place] = { ...call, response: answer.response };
      return answer;
    } catch (error) {
      calls[place] = { ...call, error: errorText(error) };
      throw new RowError("CallFailed", errorText(error), { cause: error });
    }
  };
}

function runnerOf(
  { definition }: GivenPipeline,
  pool: FunctionPool | undefined,
): StepEffects["run"] {
  return async (use, row, { step }) => {
    if (!pool) throw new Error(`Expected the code of ${use}.`);
    const { parameters } = definition.steps[step] ?? {};
    return pool.run(use, row, defined({ parameters }));
  };
}
