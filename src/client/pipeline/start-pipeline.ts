import { defined } from "../../domain/defined.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { TargetPlan } from "../../domain/experiment/target-plan.js";
import type { Graph } from "../../domain/graph/graph.js";
import { leavesOf } from "../../domain/graph/graph.js";
import { randomSample } from "../../domain/plan/random-sample.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { keptSegments } from "../../pipeline/kept-graph.js";
import { isModelStep } from "../../pipeline/steps/models.js";
import { targetsOf } from "../../pipeline/targets-of.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { readRates } from "../../settings/rates/read-rates.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import { openDataFolder } from "../../storage/data-folder.js";
import type { DataFolder } from "../../storage/data-folder.js";
import { stagePipeline, stageRows, stagingFolder } from "../../storage/input/stage-rows.js";
import type { KeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import type { Ostinato } from "../connection/ostinato.js";
import { toExperimentSettings } from "../start/check-experiment.js";
import { openPlanning } from "../plan/rows/pipeline-planning.js";
import type { PipelinePlanning } from "../plan/rows/pipeline-planning.js";
import type { PlannedWalks } from "../plan/rows/walk-pipeline.js";
import { standInCode, standInWarnings } from "../plan/rows/stand-in-code.js";
import { clearIncoming } from "../start/clear-incoming.js";
import { launchRows } from "../start/launch-rows.js";
import { refuseUnknownPrices } from "../start/refuse-unknown-prices.js";
import { findSameRunning } from "../start/running-name.js";
import { toStarted } from "../start/start-experiment.js";
import type { StartedExperiment } from "../start/start-experiment.js";
import { withStagedPaths } from "../start/staged-paths.js";
import type { StagedPaths } from "../start/staged-paths.js";
import { keyNotices } from "../worker/key-notices.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";
import { checkedGraph, columnsOf } from "./checked-graph.js";
import type { KnownColumns } from "./checked-graph.js";
import { DryWalks } from "./dry-walks.js";
import { findSamePipeline, isSameContent, mayDiffer } from "./finished-pipeline.js";
import type { NewPipelineRun, SamePipeline } from "./finished-pipeline.js";
import { keepFunctions } from "./keep-functions.js";
import { joinSources } from "./join-sources.js";
import { pinHubSources, pinnedPlace } from "../hub/rows-at.js";
import { openSources } from "./open-sources.js";
import { targetPlans } from "../../storage/run/target-plans.js";
import { segmentPlans } from "./segment-plans.js";
import { rowTimeMs, windowOf } from "../../domain/experiment/window-of.js";

/**
 * Starts a pipeline as an experiment. Everything is checked, and the sources are read, before
 * anything is started. Starts nothing if the same pipeline, with the same rows and settings, is
 * running or has finished. Throws a `UserError` for a pipeline with problems, for invalid settings,
 * and if the name is running with other content or settings.
 */
export async function startPipeline(
  ostinato: Ostinato,
  unpinned: GivenPipeline,
  options: PipelineSettings = {},
): Promise<StartedExperiment> {
  const { window, first, sample, onPlan, reuse = options.again !== true, ...settings } = options;
  const dataset = await pinnedDataset(options.dataset);
  const definition = await pinHubSources(unpinned.definition);
  const given = { ...unpinned, definition };
  const name = settings.name ?? definition.name;
  const run = completeRunSettings({ ...settings, file: `${name}.jsonl` });
  const rates = run.maxQueriesJson === undefined ? undefined : await readRates(run.maxQueriesJson);
  const experiment = toExperimentSettings(run, name);
  const providers = await openProviders(run.providers);
  const targets = targetsOf(definition);
  await refuseUnknownPrices({ settings: experiment, targets, env: ostinato.env });
  const plans = targetPlans(targets, experiment, rates?.rates);
  const folder = await openDataFolder(run.dataFolder);
  await clearIncoming(ostinato, folder, Date.now());
  const seen = new Map<string, Set<string>>();
  const sources = await openSources(given, { dataset, output: folder.output });
  const count = first ?? definition.max_candidates;
  const rows = rowsToRun(joinSources(sources, seen), { count, sample });
  const planning = await openPlanning(definition, { ...settings, reuse }, ostinato.env);
  const ready = {
    name,
    given,
    dataset,
    settings: experiment,
    providers,
    targets,
    plans,
    folder,
    rows: onPlan ? seenBy(planning, rows) : rows,
    seen,
    reuse,
    tellPlan: async (checked: CheckedPipeline) => {
      if (!onPlan || targets.length === 0) return;
      await onPlan(await planning.plan(walksWithoutCode(definition, checked)));
    },
    isWhole: first === undefined && !sample,
    windowFor: ({ graph }: CheckedPipeline) =>
      window ?? windowOf(plans, rowTimeMs(graph, stepsThatAsk(definition), planning.callMs)),
  };
  return withStagedPaths(async (paths) => startStaged(ostinato, ready, paths));
}

/** A pipeline whose settings are checked. */
interface ReadyPipeline {
  readonly name: string;
  readonly given: GivenPipeline;
  readonly dataset: PipelineSettings["dataset"];
  readonly settings: ExperimentSettings;
  readonly providers: OpenedProviders;
  readonly targets: readonly string[];
  readonly plans: readonly TargetPlan[];
  readonly folder: DataFolder;
  readonly rows: AsyncIterable<JsonObject>;
  /** The columns of each source, once the rows are read. */
  readonly seen: KnownColumns["seen"];
  readonly reuse: boolean;
  /** Estimates the run, once the rows are read, for those who want to know. */
  readonly tellPlan: (checked: CheckedPipeline) => Promise<void>;
  /**
   * False for the first rows, or those of a sample, which are run whether they are accepted or not.
   */
  readonly isWhole: boolean;
  /** Maximum rows under way. */
  readonly windowFor: (checked: CheckedPipeline) => number;
}

async function startStaged(
  ostinato: Ostinato,
  ready: ReadyPipeline,
  paths: StagedPaths,
): Promise<StartedExperiment> {
  const { name, given, dataset, settings, providers, targets, folder, reuse } = ready;
  const { definition } = given;
  const rows = await stageRows(folder, name, ready.rows);
  paths.add(rows.inputPath);
  const staged = await stagingFolder(folder, name);
  paths.add(staged);
  const functions = await keepFunctions(given, staged);
  const columns = { seen: ready.seen, functions };
  const checked = checkedGraph(definition, columns, providers);
  const kept = {
    ...keptPipeline(given, checked.graph, columns),
    ...(typeof dataset === "string" && { dataset }),
    ...(!ready.isWhole && { isPart: true as const }),
  };
  await stagePipeline(staged, kept);
  const rowsWanted = ready.isWhole ? definition.target : undefined;
  const own = { name, settings, inputSha256: rows.sha256, kept, staged, rowsWanted };
  const running = await runningOf(ostinato, own, paths);
  if (running) return running;
  await refuseKeyConflicts(ostinato, { settings, targets });
  const isRepeatable = reuse && ready.isWhole;
  const same = isRepeatable ? await findSamePipeline(ostinato, own) : undefined;
  const repeats = same && repeatOf(same, definition);
  if (same && !repeats) {
    await paths.discard();
    const { finished } = same;
    const run = { runId: finished.runId, alreadyRunning: false };
    return { ...toStarted(ostinato, { name, notices: [] }, run), finished };
  }
  await ready.tellPlan(checked);
  paths.handOver();
  const runId = await launchRows(ostinato, {
    name,
    settings,
    rows,
    pipeline: {
      path: staged,
      targets: ready.plans,
      reuse,
      window: ready.windowFor(checked),
      ...defined({ rowsWanted }),
      ...segmentPlans(kept),
    },
  });
  const notices = [
    ...checked.warnings,
    ...(await keyNotices(targets, { providers, ostinato, settings })),
  ];
  const started = toStarted(ostinato, { name, notices }, { runId, alreadyRunning: false });
  return { ...started, ...defined({ repeats }) };
}

/** The same pipeline that is running, if there is one: then the new start is discarded. */
async function runningOf(
  ostinato: Ostinato,
  run: NewPipelineRun,
  paths: StagedPaths,
): Promise<StartedExperiment | undefined> {
  const found = await findSameRunning(ostinato, run, (folder) => isSameContent(folder, run));
  if (!found) return undefined;
  await paths.discard();
  const { runId } = found;
  const started = { name: run.name, notices: [] };
  return toStarted(ostinato, started, { runId, alreadyRunning: true });
}

/** The finished run, if it is run again all the same. */
function repeatOf(
  { finished, isReplaced }: SamePipeline,
  definition: PipelineDefinition,
): StartedExperiment["repeats"] {
  if (mayDiffer(definition)) return { ...finished, because: "may-differ" };
  return isReplaced ? { ...finished, because: "replaced" } : undefined;
}

function stepsThatAsk({ steps }: PipelineDefinition): ReadonlySet<string> {
  return new Set(Object.keys(steps).filter((name) => steps[name] && isModelStep(steps[name])));
}

type CheckedPipeline = ReturnType<typeof checkedGraph>;

/** The rows, each of which the plan sees on its way. */
async function* seenBy(
  { add }: PipelinePlanning,
  rows: AsyncIterable<JsonObject>,
): AsyncGenerator<JsonObject, void, undefined> {
  for await (const row of rows) {
    add(row);
    yield row;
  }
}

/**
 * A start must not call the user's functions with placeholders: they may do something else than
 * compute.
 */
function walksWithoutCode(
  definition: PipelineDefinition,
  { graph, warnings }: CheckedPipeline,
): PlannedWalks {
  return {
    warnings: [...warnings, ...standInWarnings(definition, graph)],
    globals: [],
    walks: (ask, answers) => {
      const code = standInCode({ definition, graph }, answers);
      return new DryWalks({ definition, graph, code, ask });
    },
  };
}

/** A dataset of the Hub with its commit, which the run records. */
async function pinnedDataset(
  dataset: PipelineSettings["dataset"],
): Promise<PipelineSettings["dataset"]> {
  return typeof dataset === "string" ? pinnedPlace(dataset) : dataset;
}

interface ChosenRows {
  readonly count: number | undefined;
  readonly sample: PipelineSettings["sample"] | undefined;
}

/** Reads all rows, because each may have a column of its own. */
async function* rowsToRun(
  rows: AsyncIterable<JsonObject>,
  { count = Infinity, sample }: ChosenRows,
): AsyncGenerator<JsonObject, void, undefined> {
  const drawn = sample && randomSample<JsonObject>(sample.size, sample.seed);
  let taken = 0;
  for await (const row of rows) {
    taken += 1;
    if (taken > count) continue;
    if (drawn) drawn.add(row);
    else yield row;
  }
  yield* drawn?.items() ?? [];
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
    ...defined({ segments: keptSegments(graph) }),
  };
}
