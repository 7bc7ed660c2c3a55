import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { JsonObject } from "../../domain/json/json.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import { openFunctions } from "../../pipeline/code/function-pool.js";
import type { FunctionPool } from "../../pipeline/code/function-pool.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { createOpenRegistry } from "../../providers/registry/open-registry.js";
import type { Environment } from "../../domain/environment.js";
import { checkedGraph } from "./checked-graph.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";
import { DryWalks } from "./dry-walks.js";
import type { Ask, DryRow } from "./dry-walks.js";
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

type AskerOptions = Pick<DryRunOptions, "calls" | "envFile" | "env" | "dataFolder">;

/**
 * Walks the first rows through the whole graph in this process; global steps get these rows alone.
 * It needs no server, and neither reads nor writes what runs have made. Throws a `UserError` for a pipeline with problems.
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
    const ask = await askerOf(registry.loadProvider, options);
    yield* new DryWalks({ definition: given.definition, graph, pool, ask }).rows(first);
  } finally {
    await pool?.end();
    await rm(kept, { recursive: true, force: true });
  }
}

/** Asks the providers of this process, each call once. */
export async function askerOf(
  loadProvider: Awaited<ReturnType<ReturnType<typeof createOpenRegistry>>>["loadProvider"],
  { calls = true, envFile = ".env", env = process.env, dataFolder = "data" }: AskerOptions,
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
