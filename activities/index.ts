import { activityInfo, heartbeat } from "@temporalio/activity";
import { defined } from "../src/domain/defined.js";
import type { PrepareExperimentInput } from "../src/domain/experiment/experiment.js";
import { checkScorers } from "../src/evaluation/scorers/check-scorers.js";
import { openLineScoring } from "../src/evaluation/scorers/line-scoring.js";
import { createVerdicts } from "../src/evaluation/judges/create-verdicts.js";
import type { Environment } from "../src/domain/environment.js";
import { describePipeline } from "../src/pipeline/result/describe-pipeline.js";
import { tokensOfApi } from "../src/providers/registry/registry.js";
import type { Registry } from "../src/providers/registry/registry.js";
import { isStopped, markAborted, markStopped } from "../src/storage/run/markers.js";
import { writeMaxCost } from "../src/storage/budget/max-cost.js";
import { finishPipeline } from "../src/storage/run/pipeline/finish-pipeline.js";
import { finishRun } from "../src/storage/run/finish-run.js";
import { InputLooks } from "../src/storage/input/input-looks.js";
import { openGroupStore, shareFiles } from "../src/storage/log/group-store.js";
import type { SharedFiles } from "../src/storage/log/group-store.js";
import { writeLiveScores } from "../src/storage/run/live-scores.js";
import { writerName } from "../src/storage/log/log-files.js";
import type { ScoreSums } from "../src/domain/scores/score-sums.js";
import { openScoring } from "../src/evaluation/scorers/scoring.js";
import type { PrepareRunContext } from "../src/storage/run/prepare-run.js";
import { readManifest } from "../src/storage/run/run-folder.js";
import { noObserver } from "./sending/call/call-observer.js";
import type { CallObserver } from "./sending/call/call-observer.js";
import type { CallsInFlight } from "./sending/call/calls-in-flight.js";
import type { Activities } from "./contract.js";
import { Heartbeats } from "./heartbeats.js";
import type { FindEnded } from "./leaser/ended-groups.js";
import type { Leasers } from "./leaser/leasers.js";
import { explainingLostFolder } from "./lost-folder.js";
import { lookAtInput } from "./look-at-input.js";
import type { LookMemory, WatchedExperiments } from "./look-at-input.js";
import { OpenRuns } from "./open-runs.js";
import { createPageActivities } from "./page-activities.js";
import { finishBatch } from "./lines/finish-batch.js";
import { openFlow } from "./lines/open-flow.js";
import { openPipeline } from "./rows/open-pipeline.js";
import { runGlobalStep } from "./rows/run-global-step.js";
import { prepareFirst, prepareStage } from "./stages/prepare-stage.js";
import { writeRephrased } from "./stages/rephrase-input.js";
import type { CallEnd } from "./sending/sending.js";
import { LiveScoring } from "./sending/live-scoring.js";
import { toApplicationFailure } from "./to-application-failure.js";

/** The activities' dependencies outside the data folder, which `worker/` provides. */
export interface ActivityDependencies {
  readonly leasers: Leasers;
  /** Calls in flight of this process. */
  readonly calls: CallsInFlight<CallEnd>;
  /** Called for each call of this process. @default none */
  readonly observer?: CallObserver;
  /**
   * Opens a registry. @param modules modules of a user's own APIs, from the experiment's settings
   */
  readonly openRegistry: (modules: readonly string[]) => Promise<Registry>;
  readonly readEnvironment: (envFile: string) => Promise<Environment>;
  readonly findEnded: FindEnded;
  readonly forgetHistories: Activities["forgetHistories"];
  readonly tellGroups: Activities["tellGroups"];
  readonly watched: WatchedExperiments;
  /** Rejects if a data folder is not on this machine. Never creates it. */
  readonly requireFolder: (path: string) => Promise<void>;
}

export function createActivities(dependencies: ActivityDependencies): Activities {
  const { leasers, calls, observer = noObserver, findEnded, requireFolder } = dependencies;
  const memory: LookMemory = { looks: new InputLooks(), nexts: new Map() };
  const shared = shareFiles();
  const giveUp = async (directory: string): Promise<void> => shared.writers.close(directory);
  const runs = openRuns(dependencies, shared);
  const ofPages = createPageActivities({ runs, leasers, calls, observer, findEnded, giveUp });
  const activity = activityWith(new Heartbeats());
  const ofRun = activityOfRun(activity, requireFolder);
  return {
    ...preparing(activity, dependencies),
    finishExperiment: ofRun(async ({ directory, cancelled, timedOut }) => {
      const finished = await finishRun(directory, {
        cancelled,
        ...defined({ timedOut }),
        addVerdict: createVerdicts(),
        tokensOf: tokensOfApi,
        now: () => new Date(),
        onProgress: () => {
          heartbeat();
        },
        openScoring: openLineScoring,
        describePipeline,
      });
      if (finished.status !== "incomplete") {
        // Discards lines that still wait for the disk although the folder was deleted.
        await giveUp(directory);
        await runs.close(directory);
      }
      return finished;
    }),
    ...ofPipelines(ofRun),
    finishBatch: ofRun(finishBatch),
    setMaxCost: ofRun(async ({ directory, ...kept }) => writeMaxCost(directory, kept)),
    leaseSlots: ofRun(ofPages.leaseSlots),
    sendPrompts: ofRun(ofPages.sendPrompts),
    runRows: ofRun(ofPages.runRows),
    ...ofSteering(activity, dependencies),
    lookAtInput: activity(async (input) => {
      await requireFolder(input.watch.dataFolder);
      return lookAtInput(memory, dependencies.watched, input);
    }),
  };
}

type Steering = "findEnded" | "tellGroups" | "forgetHistories" | "stopRows" | "abortCalls";

/** Makes the activities that steer, look at and forget other workflows. */
function ofSteering(
  activity: MakeActivity,
  { findEnded, tellGroups, forgetHistories }: ActivityDependencies,
): Pick<Activities, Steering> {
  return {
    findEnded: activity(async ({ ids }) => findEnded(ids)),
    tellGroups: activity(tellGroups),
    forgetHistories: activity(forgetHistories),
    stopRows: activity(async ({ directory }) => markStopped(directory)),
    abortCalls: activity(async ({ directory }) => markAborted(directory)),
  };
}

/** Makes the activities of pipelines with global steps. */
function ofPipelines(
  ofRun: ReturnType<typeof activityOfRun>,
): Pick<Activities, "runGlobalStep" | "finishPipeline"> {
  return {
    runGlobalStep: ofRun(async (input) => refusing(async () => runGlobalStep(input))),
    finishPipeline: ofRun(async ({ directory, cancelled }) => {
      const { completed, failed, repeatedCalls } = await finishPipeline(directory, {
        cancelled,
        now: () => new Date(),
        describe: describePipeline,
        onProgress: () => {
          heartbeat();
        },
      });
      return { completed, failed, repeatedCalls };
    }),
  };
}

function openRuns(
  { calls, openRegistry, readEnvironment }: ActivityDependencies,
  shared: SharedFiles,
): OpenRuns {
  return new OpenRuns({
    readManifest,
    openProviders: async ({ settings, targets }) => {
      const { loadProvider } = await openRegistry(settings.providers ?? []);
      await warmUp(targets, loadProvider);
      return loadProvider;
    },
    openStore: async (directory, group) => openGroupStore(directory, group, shared),
    readEnvironment,
    openPipeline,
    openFlow,
    isBusy: (directory) => calls.isBusy(directory),
    isStopped,
    liveScoringOf: (directory, manifest) => {
      const name = writerName();
      const write = async (sums: readonly ScoreSums[]): Promise<void> =>
        writeLiveScores(directory, name, sums);
      return LiveScoring.of(manifest, { open: openScoring, write });
    },
  });
}

type Preparing = "prepareExperiment" | "prepareStage" | "writeRephrased";

/** Makes the activities that run before the first prompt is sent. */
function preparing(
  activity: MakeActivity,
  { openRegistry, requireFolder }: ActivityDependencies,
): Pick<Activities, Preparing> {
  const contextOf = preparationContext(openRegistry);
  return {
    prepareExperiment: activity(async (input) =>
      refusing(async () => {
        await requireFolder(input.settings.dataFolder);
        await checkScorers(input.settings.scorers ?? []);
        return prepareFirst(input, await contextOf(input));
      }),
    ),
    prepareStage: activity(async (input) =>
      refusing(async () => {
        await requireFolder(input.settings.dataFolder);
        if (input.first === undefined) await checkScorers(input.settings.scorers ?? []);
        return prepareStage(input, await contextOf(input));
      }),
    ),
    writeRephrased: activity(async (input) => {
      await requireFolder(input.settings.dataFolder);
      return { file: await writeRephrased(input, (await contextOf(input)).checkRecord) };
    }),
  };
}

/** Returns the facts that the preparation of an experiment needs. */
function preparationContext(
  openRegistry: ActivityDependencies["openRegistry"],
): (input: PrepareExperimentInput) => Promise<PrepareRunContext> {
  return async ({ settings }) => {
    const { checkRecord, mediaOf, sortsByModel } = await openRegistry(settings.providers ?? []);
    return {
      runId: runOfWorkflow(),
      checkRecord,
      mediaOf,
      sortsByModel,
      now: () => new Date(),
      onProgress: () => {
        heartbeat();
      },
    };
  };
}

/** Makes an activity that works in a run's folder, and reports a lost mount. */
function activityOfRun(
  activity: MakeActivity,
  requireFolder: ActivityDependencies["requireFolder"],
) {
  return <Input extends { readonly directory: string }, Result>(
    work: (input: Input) => Promise<Result>,
  ): ((input: Input) => Promise<Result>) =>
    activity(async (input) =>
      explainingLostFolder(requireFolder, input.directory, async () => work(input)),
    );
}

type MakeActivity = <Input, Result>(
  work: (input: Input) => Promise<Result>,
) => (input: Input) => Promise<Result>;

/** Makes activities that send heartbeats while they work. */
function activityWith(heartbeats: Heartbeats): MakeActivity {
  return (work) => async (input) => heartbeats.while(async () => work(input));
}

/**
 * Runs work and converts a user error, which ends the experiment before anything is moved or sent.
 */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toApplicationFailure(error);
  }
}

/** @param targets each `<api>/<model>` */
async function warmUp(
  targets: readonly string[],
  loadProvider: Registry["loadProvider"],
): Promise<void> {
  const apis = new Set(targets.map((target) => target.split("/")[0] ?? target));
  await Promise.all([...apis].map(async (api) => (await loadProvider(api)).warmUp?.()));
}

function runOfWorkflow(): string {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) throw new Error("Expected a workflow to have asked for the preparation.");
  return workflowExecution.runId;
}
