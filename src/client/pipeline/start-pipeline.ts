import { resolve } from "node:path";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { Graph } from "../../domain/graph/graph.js";
import { leavesOf } from "../../domain/graph/graph.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { targetsOf } from "../../pipeline/targets-of.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { readRates } from "../../settings/rates/read-rates.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import { discardStaged, openDataFolder } from "../../storage/data-folder.js";
import { stagePipeline, stageRows, stagingFolder } from "../../storage/input/stage-rows.js";
import type { KeptPipeline } from "../../storage/run/kept-pipeline.js";
import type { Ostinato } from "../connection/ostinato.js";
import { toExperimentSettings } from "../start/check-experiment.js";
import { clearIncoming } from "../start/clear-incoming.js";
import { launchOrDiscard, toStarted } from "../start/start-experiment.js";
import type { StartedExperiment } from "../start/start-experiment.js";
import { findExperiment } from "../status/find-experiment.js";
import { missingKeyNotices } from "../worker/missing-variables.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";
import { checkedGraph, columnsOf } from "./checked-graph.js";
import type { KnownColumns } from "./checked-graph.js";
import { keepFunctions } from "./keep-functions.js";
import { joinSources } from "./join-sources.js";
import { pinHubSources } from "../hub/rows-at.js";
import { openSources } from "./open-sources.js";
import { targetPlans } from "./target-plans.js";
import { windowOf } from "./window-of.js";

/**
 * Starts a pipeline as an experiment. Everything is checked, and the sources are read, before
 * anything is started. Throws a `UserError` for a pipeline with problems, for invalid settings, and
 * if the name is running.
 */
export async function startPipeline(
  ostinato: Ostinato,
  unpinned: GivenPipeline,
  options: PipelineSettings = {},
): Promise<StartedExperiment> {
  const { dataset, window, first, reuse = true, ...settings } = options;
  const definition = await pinHubSources(unpinned.definition);
  const given = { ...unpinned, definition };
  const name = settings.name ?? definition.name;
  const run = completeRunSettings({ ...settings, file: `${name}.jsonl` });
  const rates = run.maxQueriesJson === undefined ? undefined : await readRates(run.maxQueriesJson);
  const experiment = toExperimentSettings(run, name);
  const providers = await openProviders(run.providers);
  const targets = targetsOf(definition);
  await refuseRunning(ostinato, name);
  const plans = targetPlans(targets, experiment, rates?.rates);
  const folder = await openDataFolder(run.dataFolder);
  await clearIncoming(ostinato, folder, Date.now());
  const seen = new Map<string, Set<string>>();
  const sources = await openSources(given, { dataset, output: folder.output });
  const rows = await stageRows(folder, name, firstOf(joinSources(sources, seen), first));
  const staged = await stagingFolder(folder, name);
  try {
    const functions = await keepFunctions(given, staged);
    const columns = { seen, functions };
    const checked = checkedGraph(definition, columns, providers);
    await refuseKeyConflicts(ostinato, { settings: experiment, targets });
    await stagePipeline(staged, keptPipeline(given, checked.graph, columns));
    const runId = await launchOrDiscard(ostinato, {
      input: {
        settings: experiment,
        inputPath: rows.inputPath,
        inputName: rows.inputName,
        pipeline: { path: staged, targets: plans, reuse, window: window ?? windowOf(plans) },
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
    await Promise.all([rows.inputPath, staged].map(discardStaged));
    throw error;
  }
}

/** Reads all rows, because each may have a column of its own. */
async function* firstOf(
  rows: AsyncIterable<JsonObject>,
  count = Infinity,
): AsyncGenerator<JsonObject, void, undefined> {
  let taken = 0;
  for await (const row of rows) {
    taken += 1;
    if (taken <= count) yield row;
  }
}

function keptPipeline(
  { definition }: GivenPipeline,
  graph: Graph,
  { seen, functions }: KnownColumns,
): KeptPipeline {
  return {
    version: 1,
    // A definition is JSON by its schema.
    definition: definition as unknown as JsonObject,
    columns: Object.fromEntries(columnsOf(seen)),
    functions: Object.fromEntries(functions),
    leaves: leavesOf(graph).map(({ name }) => name),
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
