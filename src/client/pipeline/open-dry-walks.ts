import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import { openFunctions } from "../../pipeline/code/function-pool.js";
import type { FunctionPool } from "../../pipeline/code/function-pool.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { functionRunner } from "../../pipeline/steps/function-runner.js";
import { createOpenRegistry } from "../../providers/registry/open-registry.js";
import type { Registry } from "../../providers/registry/registry.js";
import { parseDuration } from "../../settings/duration.js";
import { checkedGraph } from "./checked-graph.js";
import { DryWalks } from "./dry-walks.js";
import type { Ask, DryCode } from "./dry-walks.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";
import { joinSources } from "./join-sources.js";
import { keepFunctions } from "./keep-functions.js";
import { openSources } from "./open-sources.js";

export interface DrySources {
  readonly dataset: PipelineSettings["dataset"];
  readonly providers?: readonly string[];
  readonly dataFolder?: string;
  /** Called for each row of the sources, in order. */
  readonly onRow: (row: JsonObject) => void;
}

/** A pipeline whose rows can walk in this process. */
export interface OpenDryWalks {
  readonly registry: Registry;
  /** Warnings of the check. */
  readonly warnings: readonly string[];
  /** Names of global steps, which get only the walked rows. */
  readonly globals: readonly string[];
  readonly walks: (ask: Ask) => DryWalks;
  readonly close: () => Promise<void>;
}

/**
 * Reads the sources, checks the pipeline and loads its code. Throws a `UserError` for a pipeline
 * with problems.
 */
export async function openDryWalks(
  given: GivenPipeline,
  { dataset, providers = [], dataFolder = "data", onRow }: DrySources,
): Promise<OpenDryWalks> {
  const { definition } = given;
  const output = resolve(dataFolder, "output");
  const seen = new Map<string, Set<string>>();
  for await (const row of joinSources(await openSources(given, { dataset, output }), seen)) {
    onRow(row);
  }
  const kept = await mkdtemp(join(tmpdir(), "ostinato-dry-run-"));
  let pool: FunctionPool | undefined;
  const close = async (): Promise<void> => {
    await pool?.end();
    await rm(kept, { recursive: true, force: true });
  };
  try {
    const functions = await keepFunctions(given, kept);
    const registry = await createOpenRegistry()(providers.map((path) => resolve(path)));
    const checked = checkedGraph(definition, { seen, functions }, { apis: registry.names });
    const { graph, warnings } = checked;
    if (functions.size > 0) pool = await openFunctions(kept);
    const globals = graph.steps.filter(({ kind }) => kind === "global").map(({ name }) => name);
    const code = codeOf(definition, pool);
    const walks = (ask: Ask): DryWalks => new DryWalks({ definition, graph, code, ask });
    return { registry, warnings, globals, walks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function codeOf(definition: PipelineDefinition, pool: FunctionPool | undefined): DryCode {
  return {
    run: functionRunner(definition, pool, parseDuration),
    runGlobal: (step, inputs) => {
      if (!pool) throw new Error(`Expected the code of ${step.use}.`);
      const { parameters } = definition.steps[step.name] ?? {};
      return pool.runGlobal(step.use, inputs, { step: step.name, ...defined({ parameters }) });
    },
  };
}
