import { resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { Graph } from "../../domain/graph/graph.js";
import { leavesOf } from "../../domain/graph/graph.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { graphOf } from "../../pipeline/graph-of.js";
import { checkPipeline } from "../../pipeline/check-pipeline.js";
import { targetsOf } from "../../pipeline/walk-host.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { readRates } from "../../settings/rates/read-rates.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import type { RunSettings } from "../../settings/settings.js";
import { discardStaged, openDataFolder } from "../../storage/data-folder.js";
import { stagePipeline, stageRows } from "../../storage/input/stage-rows.js";
import type { KeptCode, KeptPipeline } from "../../storage/run/kept-pipeline.js";
import type { Ostinato } from "../connection/ostinato.js";
import { toExperimentSettings } from "../start/check-experiment.js";
import { clearIncoming } from "../start/clear-incoming.js";
import { launchOrDiscard, toStarted } from "../start/start-experiment.js";
import type { StartedExperiment } from "../start/start-experiment.js";
import { findExperiment } from "../status/find-experiment.js";
import { missingKeyNotices } from "../worker/missing-variables.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { joinSources } from "./join-sources.js";
import { openSources } from "./open-sources.js";
import { targetPlans } from "./target-plans.js";
import { windowOf } from "./window-of.js";

/** A pipeline with the place where its files are looked up. */
export interface GivenPipeline {
  readonly definition: PipelineDefinition;
  /** Absolute. Paths in the definition are relative to it. */
  readonly folder: string;
  /** The bundled module of its functions. */
  readonly code?: KeptCode;
}

/** Settings of a pipeline's run. Missing ones have their defaults. */
export interface PipelineSettings extends Partial<Omit<RunSettings, "file">> {
  /** Rows for a pipeline without a source: a file, or rows from code. */
  readonly dataset?: string | AsyncIterable<JsonObject> | Iterable<JsonObject>;
  /**
   * Maximum number of rows under way.
   * @default enough to keep the slowest limit busy, at most 1,000
   */
  readonly window?: number;
}

/**
 * Starts a pipeline as an experiment. Everything is checked, and the sources are read, before
 * anything is started. Throws a `UserError` for a pipeline with problems, for invalid settings, and
 * if the name is running.
 */
export async function startPipeline(
  ostinato: Ostinato,
  given: GivenPipeline,
  options: PipelineSettings = {},
): Promise<StartedExperiment> {
  const { dataset, window, ...settings } = options;
  const { definition } = given;
  const name = settings.name ?? definition.name;
  const run = completeRunSettings({ ...settings, file: `${name}.jsonl` });
  const rates = run.maxQueriesJson === undefined ? undefined : await readRates(run.maxQueriesJson);
  const experiment = toExperimentSettings(run, name);
  const providers = await openProviders(run.providers);
  const targets = targetsOf(definition);
  await refuseRunning(ostinato, name);
  await refuseKeyConflicts(ostinato, { settings: experiment, targets });
  const plans = targetPlans(targets, experiment, rates?.rates);
  const folder = await openDataFolder(run.dataFolder);
  await clearIncoming(ostinato, folder, Date.now());
  const seen = new Map<string, Set<string>>();
  const sources = await openSources(given, { dataset, output: folder.output });
  const rows = await stageRows(folder, name, joinSources(sources, seen));
  try {
    const checked = checkedGraph(definition, columnsOf(seen), providers);
    const kept = keptPipeline(given, checked.graph, columnsOf(seen));
    const staged = await stagePipeline(folder, name, kept);
    const runId = await launchOrDiscard(ostinato, {
      input: {
        settings: experiment,
        inputPath: rows.inputPath,
        inputName: rows.inputName,
        pipeline: { path: staged.path, targets: plans, window: window ?? windowOf(plans) },
      },
      inputSha256: rows.sha256,
      records: rows.rows,
    });
    if (runId === undefined) throw alreadyRunning(name);
    const notices = [
      ...checked.warnings,
      ...(await keyNotices(targets, { providers, ostinato, settings: experiment })),
    ];
    return toStarted(ostinato, { name, notices }, { runId, alreadyRunning: false });
  } catch (error) {
    await discardStaged(rows.inputPath);
    throw error;
  }
}

type ColumnsBySource = Readonly<Record<string, readonly string[]>>;

function columnsOf(seen: ReadonlyMap<string, ReadonlySet<string>>): ColumnsBySource {
  return Object.fromEntries([...seen].map(([name, columns]) => [name, [...columns]]));
}

function checkedGraph(
  definition: PipelineDefinition,
  columns: ColumnsBySource,
  { apis }: OpenedProviders,
): { readonly graph: Graph; readonly warnings: readonly string[] } {
  const { problems, warnings } = checkPipeline(definition, { columns, apis });
  if (problems.length > 0) {
    const lines = problems.map(({ message }) => `  ${message}`);
    throw new UserError(
      `Found ${problems.length === 1 ? "a problem" : `${problems.length} problems`} in the pipeline "${definition.name}":\n${lines.join("\n")}\nNothing was sent.`,
    );
  }
  const graph = graphOf(definition, columns);
  return { graph, warnings: warnings.map(({ message }) => message) };
}

function keptPipeline(
  { definition, code }: GivenPipeline,
  graph: Graph,
  columns: ColumnsBySource,
): KeptPipeline {
  return {
    version: 1,
    // A definition is JSON by its schema; inline rows are already in the input.
    definition: definition as unknown as JsonObject,
    columns,
    leaves: leavesOf(graph).map(({ name }) => name),
    ...defined({ code }),
  };
}

async function keyNotices(
  targets: readonly string[],
  found: {
    readonly providers: OpenedProviders;
    readonly ostinato: Ostinato;
    readonly settings: ExperimentSettings;
  },
): Promise<readonly string[]> {
  const sampleByTarget = new Map(targets.map((target) => [target, sampleOf(target)]));
  const { providers, ostinato, settings } = found;
  const envFile = resolve(settings.envFile);
  return missingKeyNotices({ providers, input: { sampleByTarget }, env: ostinato.env, envFile });
}

function sampleOf(target: string): PromptRecord {
  const slash = target.indexOf("/");
  return { api: target.slice(0, slash), model_name: target.slice(slash + 1), prompt: "" };
}

async function refuseRunning({ client }: Ostinato, name: string): Promise<void> {
  const running = await findExperiment(client, name);
  if (running?.open === true) throw alreadyRunning(name);
}

function alreadyRunning(name: string): UserError {
  return new UserError(
    `An experiment named "${name}" is running. Follow it with \`ostinato follow ${name}\`, or give this run another name with --name.`,
  );
}
