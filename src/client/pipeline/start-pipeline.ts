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
 * Starts a pipeline as an experiment. Everything is checked, and the sources are read, before the
 * start. Starts nothing if the same pipeline with the same rows and settings is running or has
 * finished. Throws a `UserError` for a pipeline with problems, for invalid settings, and if a run
 * of the name with other content or settings is in progress.
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
  /** Columns of each source. Complete once the rows are read. */
  readonly seen: KnownColumns["seen"];
  readonly reuse: boolean;
  /**
   * Calls `onPlan`, if there is one, with the estimate of the run. Needs the rows to have been
   * read.
   */
  readonly tellPlan: (checked: CheckedPipeline) => Promise<void>;
  /** False for a preview or a sample, whose rows always run, accepted or not. */
  readonly isWhole: boolean;
  /** Returns the maximum number of rows in progress. */
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

/** Returns the same pipeline if it is running. The new start is then discarded. */
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

/** Returns the finished run, if it is repeated anyway. */
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

/** Yields the rows and adds each of them to the plan. */
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
 * Returns walks that do not call the user's functions. A start must not call these with
 * placeholders, because they may have side effects.
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

/** Returns the dataset, with the commit if it is on the Hub. The run records the commit. */
async function pinnedDataset(
  dataset: PipelineSettings["dataset"],
): Promise<PipelineSettings["dataset"]> {
  return typeof dataset === "string" ? pinnedPlace(dataset) : dataset;
}

interface ChosenRows {
  readonly count: number | undefined;
  readonly sample: PipelineSettings["sample"] | undefined;
}

/** Yields the rows to run. Reads all rows, because any of them may have a new column. */
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
    // The schema of a definition admits only JSON.
    definition: definition as unknown as JsonObject,
    columns: Object.fromEntries(columnsOf(seen)),
    functions: Object.fromEntries(functions),
    leaves: leavesOf(graph).map(({ name }) => name),
    ...defined({ segments: keptSegments(graph) }),
  };
}
