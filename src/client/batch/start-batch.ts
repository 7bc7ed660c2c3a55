import { defined } from "../../domain/defined.js";
import type { ExperimentSettings, FlowRun } from "../../domain/experiment/experiment.js";
import { countPositions } from "../../domain/experiment/ranges.js";
import type { MappedLine } from "../../domain/flow/inputs/map-line.js";
import type { JsonObject } from "../../domain/json/json.js";
import { anyTarget, namesModel } from "../../domain/experiment/target-plan.js";
import type { TargetPlan } from "../../domain/experiment/target-plan.js";
import { codePlacesOf, modelsOf } from "../../domain/flow/code-places.js";
import type { Flow } from "../../domain/flow/flow.js";
import { randomSample } from "../../domain/plan/random-sample.js";
import { UserError } from "../../domain/failure/user-error.js";
import { ratesOf } from "../../domain/rates/rates.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { readRates } from "../../settings/rates/read-rates.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import { openDataFolder } from "../../storage/data-folder.js";
import type { DataFolder } from "../../storage/data-folder.js";
import { stageRows, stagingFolder } from "../../storage/input/stage-rows.js";
import type { StagedRows } from "../../storage/input/stage-rows.js";
import { stageFlow } from "../../storage/run/kept-flow.js";
import type { KeptFlow } from "../../storage/run/kept-flow.js";
import { targetPlans } from "../../storage/run/target-plans.js";
import type { Ostinato } from "../connection/ostinato.js";
import { windowOf } from "../../domain/experiment/window-of.js";
import { LinesPlanning } from "../plan/rows/lines-planning.js";
import { toExperimentSettings } from "../start/check-experiment.js";
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
import { defaultLineTimeoutMs } from "./batch-settings.js";
import type { BatchSettings, StartingPlace } from "./batch-settings.js";
import { runSettingsOf } from "./run-settings-of.js";
import { completeBatchSettings } from "./complete-settings.js";
import type { OpenedGroup } from "./open-chat-group.js";
import type { OpenedFlow } from "./open-flow.js";
import { nameOfFlow, openGiven, readyFlow } from "./open-given.js";
import type { GivenFlow } from "./open-given.js";
import { findSameBatch, isSameContent } from "./earlier/finished-batch.js";
import { readLines } from "./read-lines.js";
import { resumedRun, storedRun } from "./earlier/resumed-run.js";

/**
 * Starts a flow over lines as an experiment. Starts nothing if the same run is in progress, or if a
 * flow without code has finished with the same lines and settings. Before the start, everything is
 * checked, the code is loaded once, and the inputs are read. Throws a `UserError` for a flow, a
 * mapping or inputs with problems, for invalid settings, and if a run of the name with other
 * content or settings is in progress.
 *
 * @param flow a file or folder of a flow or of a chat group, a module, or a chat group
 */
export async function startBatch(
  ostinato: Ostinato,
  flow: GivenFlow,
  given: BatchSettings & StartingPlace,
): Promise<StartedExperiment> {
  const { workingDir: folder = "." } = given;
  const settings = completeBatchSettings(given, folder);
  const providers = await openProviders(settings.providers ?? []);
  const opened = await openGiven(flow, settings, { folder, apis: providers.apis });
  await refuseKeys({ ...opened.variables, ...settings.variables }, providers);
  const name = settings.name ?? nameOfFlow(opened);
  const { dataFolder } = completeRunSettings({ ...runSettingsOf(settings), file: `${name}.jsonl` });
  const data = await openDataFolder(dataFolder);
  await clearIncoming(ostinato, data, Date.now());
  return withStagedPaths(async (paths) => {
    const ready = { opened, providers, name, settings, data, folder };
    const batch = await stageBatch(ostinato, ready, paths);
    return startStaged(ostinato, ready, { batch, paths });
  });
}

/**
 * Refuses API keys among the variables of the code, because a run saves these variables in a file.
 */
async function refuseKeys(
  variables: Readonly<Record<string, string>>,
  { secretsOf }: OpenedProviders,
): Promise<void> {
  const [key] = Object.keys(await secretsOf(variables));
  if (key === undefined) return;
  throw new UserError(
    `${key} is the key of an API, and variables of a flow are kept in its run's folder. Set it in the worker's environment or in the environment file.`,
  );
}

interface Given {
  readonly opened: OpenedFlow | OpenedGroup;
  readonly providers: OpenedProviders;
  readonly name: string;
  readonly settings: BatchSettings;
  readonly data: DataFolder;
  readonly folder: string;
}

/** A batch run whose lines, flow and code are staged. */
interface StagedBatch {
  readonly flow: Flow;
  readonly staged: string;
  readonly settings: BatchSettings;
  readonly experiment: ExperimentSettings;
  readonly targets: readonly string[];
  readonly plans: readonly TargetPlan[];
  readonly rows: StagedRows;
  readonly kept: KeptFlow;
  readonly window: number;
  /** State folder of the run whose completed lines are reused. */
  readonly takeOver: string | undefined;
  readonly notices: readonly string[];
  readonly planning: LinesPlanning;
}

async function stageBatch(
  ostinato: Ostinato,
  given: Given,
  paths: StagedPaths,
): Promise<StagedBatch> {
  const { opened, providers, name, data, folder } = given;
  const staged = await stagingFolder(data, name);
  paths.add(staged);
  const { flow, mapping, warnings } = await readyFlow(opened, given.settings, { ...given, staged });
  const settings = { ...given.settings, mapping };
  const earlier = await resumedRun(ostinato, settings, data);
  const { lines, report } = await readLines(flow, { settings, folder, output: data.output });
  const run = completeRunSettings({ ...runSettingsOf(settings), file: `${name}.jsonl` });
  const experiment = toExperimentSettings(run, name);
  const targets = modelsOf(flow);
  await refuseUnknownPrices({ settings: experiment, targets, env: ostinato.env });
  const rates = run.maxQueriesJson === undefined ? undefined : await readRates(run.maxQueriesJson);
  const plans = plansOf(flow, targetPlans(targets, experiment, rates?.rates), ratesOf(experiment));
  const planning = new LinesPlanning();
  const chosen = planning.seenBy(sampled(lines, settings.sample));
  const rows = await stageRows(data, name, asJson(chosen));
  paths.add(rows.inputPath);
  const resumed = earlier ?? (await storedRun(settings, rows.inputPath, experiment));
  const workers = Math.max(1, Math.min(settings.workers ?? windowOf(plans), rows.rows));
  const read = report();
  const droppedLines = read.dropped.reduce((sum, each) => sum + countPositions(each.lines), 0);
  const own = { workers, droppedLines, apis: providers.apis, rates: ratesOf(experiment) };
  const kept = { ...keptFlow(flow, opened, settings), ...own };
  const more = resumed && { resumedFrom: resumed.name, changes: resumed.changesTo(kept) };
  const notices = [
    ...[...opened.warnings, ...warnings],
    ...read.warnings,
    ...read.notices,
    ...(more?.changes.map((change) => `Not as in ${more.resumedFrom}: ${change}.`) ?? []),
  ];
  return {
    flow,
    staged,
    settings,
    experiment,
    targets,
    plans,
    rows,
    notices,
    planning,
    kept: { ...kept, ...defined({ rateTable: rates?.rates }), ...more },
    window: admittedAtOnce(workers, plans),
    takeOver: resumed?.directory,
  };
}

async function startStaged(
  ostinato: Ostinato,
  { name, providers }: Pick<Given, "name" | "providers">,
  { batch, paths }: { readonly batch: StagedBatch; readonly paths: StagedPaths },
): Promise<StartedExperiment> {
  const { flow, staged, settings, experiment, targets, rows, kept, notices } = batch;
  const own = { name, settings: experiment, inputSha256: rows.sha256, kept, staged };
  const running = await findSameRunning(ostinato, own, (folder) => isSameContent(folder, own));
  if (running) {
    await paths.discard();
    return toStarted(ostinato, { name, notices }, { runId: running.runId, alreadyRunning: true });
  }
  await refuseKeyConflicts(ostinato, { settings: experiment, targets });
  const before = isRepeatable(settings) ? await findSameBatch(ostinato, own) : undefined;
  if (before && codePlacesOf(flow).length === 0) {
    await paths.discard();
    const run = { runId: before.runId, alreadyRunning: false };
    return { ...toStarted(ostinato, { name, notices }, run), finished: before };
  }
  await stageFlow(staged, kept);
  if (batch.takeOver === undefined) {
    const { env } = ostinato;
    const told = { name, kept, settings, env, reuse: reuses(settings), warnings: notices };
    await batch.planning.tell(told);
  }
  paths.handOver();
  const runId = await launchRows(ostinato, {
    name,
    settings: experiment,
    rows,
    pipeline: {
      path: staged,
      targets: batch.plans,
      window: batch.window,
      reuse: reuses(settings),
      flow: flowRun(settings, batch.takeOver),
    },
  });
  const ofKeys = await keyNotices(targets, { providers, ostinato, settings: experiment });
  const started = { name, notices: [...notices, ...ofKeys] };
  return {
    ...toStarted(ostinato, started, { runId, alreadyRunning: false }),
    ...(before && { repeats: { ...before, because: "may-differ" as const } }),
  };
}

function reuses({ reuse, again }: BatchSettings): boolean {
  return reuse ?? again !== true;
}

/** False for a sample, and for lines that an earlier run may have completed. */
function isRepeatable(settings: BatchSettings): boolean {
  return reuses(settings) && !settings.sample && settings.resumeFrom === undefined;
}

/**
 * Returns the number of lines to admit at once. With few lines in progress, each admission needs
 * its own lease, and lines would wait for the server. So more lines are admitted than run, and they
 * wait in the worker. Lines without calls end so quickly that thousands are admitted at once.
 */
function admittedAtOnce(workers: number, plans: readonly TargetPlan[]): number {
  return Math.max(workers, namesModel(plans) ? 500 : 10_000);
}

/** Draws the sample. Reads all lines, because any line may be drawn. */
async function* sampled(
  lines: AsyncIterable<MappedLine>,
  sample: BatchSettings["sample"],
): AsyncGenerator<MappedLine, void, undefined> {
  const drawn = sample && randomSample<MappedLine>(sample.size, sample.seed);
  for await (const line of lines) {
    if (drawn) drawn.add(line);
    else yield line;
  }
  yield* drawn?.items() ?? [];
}

async function* asJson(
  lines: AsyncIterable<MappedLine>,
): AsyncGenerator<JsonObject, void, undefined> {
  for await (const { line_number, inputs, error } of lines) {
    yield { line_number, inputs, ...defined({ error: error && { ...error } }) };
  }
}

type OwnSettings = "rates" | "apis" | "workers" | "droppedLines";

function keptFlow(
  flow: Flow,
  { connections, variables }: OpenedFlow | OpenedGroup,
  settings: BatchSettings,
): Omit<KeptFlow, OwnSettings> {
  const { mapping = {}, executor, lineTimeoutMs = defaultLineTimeoutMs } = settings;
  const asText = (value: unknown): string =>
    typeof value === "string" ? value : JSON.stringify(value);
  return {
    version: 1,
    flow,
    connections,
    lineTimeoutMs,
    mapping: Object.fromEntries(
      Object.entries(mapping).map(([input, value]) => [input, asText(value)]),
    ),
    variables: { ...variables, ...settings.variables },
    ...defined({ executor }),
  };
}

/**
 * Returns the plans of the models. Code may ask any model, so one plan stands for all models that
 * are not known yet.
 */
function plansOf(
  flow: Flow,
  known: readonly TargetPlan[],
  rates: ReturnType<typeof ratesOf>,
): readonly TargetPlan[] {
  if (codePlacesOf(flow).length === 0) return known;
  return [...known, { target: anyTarget, limitKey: "", limitId: "", ...rates }];
}

function flowRun({ batchTimeoutMs }: BatchSettings, takeOver: string | undefined): FlowRun {
  return defined({ batchTimeoutMs, takeOver });
}
