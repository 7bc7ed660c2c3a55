/**
 * Ostinato as a library: what the CLI does, code can do.
 *
 * ```ts
 * const ostinato = await connect();
 * const { name } = await startExperiment(ostinato, { file: "pilot.jsonl", requestsPerMinute: 500 });
 * const worker = await ensureWorker(ostinato, { name, role: "child" });
 * for await (const { completed, records } of followExperiment(ostinato, name)) {
 *   console.log(`${completed} of ${records}`);
 * }
 * await worker.stop();
 * await ostinato.close();
 * ```
 *
 * What a user can put right is thrown as a `UserError`; a Temporal server that can't be had or reached as a
 * `ServerUnavailableError`.
 */
import { createCheckExperiment, type CheckExperiment } from "./client/start/check-experiment.js";
import {
  createCheckExperimentFile,
  type CheckExperimentFile,
} from "./client/start/check-experiment-file.js";
import { createDiagnose, type Diagnose } from "./client/diagnose.js";
import { createDeleteMedia, createListMedia } from "./client/media/manage-media.js";
import type { DeleteMedia, ListMedia } from "./client/media/manage-media.js";
import type { UploadApi } from "./client/media/media-files.js";
import type { OpenProviders } from "./client/provider-knowledge.js";
import { createJudgeAnswers, type JudgeAnswers } from "./client/answers/judge-answers.js";
import { createRetryFailed, type RetryFailed } from "./client/start/retry-failed.js";
import { createStartWatch, type StartWatch } from "./client/watch/start-watch.js";
import { createStartExperiment, type StartExperiment } from "./client/start/start-experiment.js";
import { createResumeExperiment, type Steer } from "./client/steer/steer-experiment.js";
import { createUploadMedia, type UploadMedia } from "./client/media/upload-media.js";
import { readEnvironment } from "./providers/access/environment.js";
import { geminiUploads } from "./providers/gemini/uploads.js";
import { createOpenProviders } from "./providers/registry/open-providers.js";
import { tokensOfApi } from "./providers/registry/registry.js";
import { createSummarizeFile, type SummarizeFile } from "./report/summary.js";

const openProviders: OpenProviders = createOpenProviders();

/** Checks an experiment's input and settings; needs no server. Throws `UserError`. */
export const checkExperiment: CheckExperiment = createCheckExperiment(openProviders);

/**
 * Tells every problem of every line of an experiment file, and which variables its APIs lack; changes nothing and needs
 * no server. Throws `UserError` for a file or a setting that can't be read.
 */
export const checkExperimentFile: CheckExperimentFile = createCheckExperimentFile(openProviders);

/**
 * Starts an experiment, or finds that the very same one runs already. It needs no worker yet: without one it waits.
 * Throws `UserError` for a bad input, and where the name runs with other content or settings.
 */
export const startExperiment: StartExperiment = createStartExperiment(openProviders);

/**
 * Goes on after a pause, and with what waits for a person: the environment file is read again. Throws `UserError` where
 * a worker lacks a key that is set here.
 */
export const resumeExperiment: Steer = createResumeExperiment(openProviders);

/**
 * Runs a finished experiment again, under a new stamp: completed outcomes are taken over, the other records are sent.
 * Throws `UserError` where it still runs, never finished, or has nothing that failed.
 */
export const retryFailed: RetryFailed = createRetryFailed(openProviders);

/** Watches a data folder: each file that is dropped in its `input` is run. */
export const startWatch: StartWatch = createStartWatch(openProviders);

/**
 * Has the answers of a finished experiment judged, or those of a completed file, ours or prompto's, as `judge-<name>`;
 * what an earlier one was answered is taken over. Throws `UserError`.
 */
export const judgeAnswers: JudgeAnswers = createJudgeAnswers(openProviders);

/** What is found and what is missing on this machine. Nothing is started, made or downloaded for it. */
export const diagnose: Diagnose = createDiagnose(openProviders);

/** What a completed file tells as a whole: outcomes, failures by type, tokens by model, latencies. */
export const summarizeFile: SummarizeFile = createSummarizeFile(tokensOfApi);

const uploads: UploadApi = { ...geminiUploads, readEnvironment };

/**
 * Uploads the media files that an experiment's records for Gemini name, waits until the API has processed them, and
 * writes a new experiment file with the uploaded names. Safe to repeat: what is there already, by its content, is not
 * uploaded twice. Throws `UserError` for a missing file or key, and with the API's words where it refuses.
 */
export const uploadMedia: UploadMedia = createUploadMedia(uploads);

/** The files that a key's account has at Gemini. Throws `UserError`. */
export const listMedia: ListMedia = createListMedia(uploads);

/** Deletes uploaded files at Gemini: those named, or named by an experiment file, and no other. Throws `UserError`. */
export const deleteMedia: DeleteMedia = createDeleteMedia(uploads);

// A Temporal server and a worker; the errors that are thrown on purpose.
export { connect } from "./client/connection/connect.js";
export type { ConnectOptions, Environment, Ostinato } from "./client/connection/ostinato.js";
export { ensureWorker } from "./client/worker/ensure-worker.js";
export type { EnsureWorkerOptions, WorkerHandle } from "./client/worker/ensure-worker.js";
export { isOstinatoStopped, stopOstinato } from "./client/stop-ostinato.js";
export type { Stopped } from "./client/stop-ostinato.js";
export type { WorkerRole } from "./local-server/worker/worker-files.js";
export { openDataFolder } from "./storage/data-folder.js";
export type { DataFolder } from "./storage/data-folder.js";
export type {
  Diagnose,
  DiagnoseOptions,
  Diagnosis,
  FolderDiagnosis,
  ServerDiagnosis,
  WorkerDiagnosis,
} from "./client/diagnose.js";
export { ServerUnavailableError } from "./local-server/server/server-unavailable-error.js";
export { workerVariables } from "./local-server/worker/worker-variables.js";
export { UserError } from "./domain/failure/user-error.js";

// Experiments: checked, started, followed, steered, listed.
export type {
  CheckedExperiment,
  CheckExperiment,
  GivenSettings,
} from "./client/start/check-experiment.js";
export type {
  CheckExperimentFile,
  FileReport,
  LineProblems,
} from "./client/start/check-experiment-file.js";
export type { TargetVariables } from "./client/worker/missing-variables.js";
export type { StartedExperiment, StartExperiment } from "./client/start/start-experiment.js";
export { followExperiment } from "./client/status/follow-experiment.js";
export type { FollowOptions } from "./client/status/experiment-follower.js";
export { experimentStatus } from "./client/status/experiment-status.js";
export { isOver } from "./client/status/status.js";
export type { ExperimentState, ExperimentStatus, GroupStatus } from "./client/status/status.js";
export type { StageState, StageStatus } from "./client/status/stage-status.js";
export {
  cancelExperiment,
  changeExperiment,
  pauseExperiment,
} from "./client/steer/steer-experiment.js";
export type { ExperimentChange, Steer } from "./client/steer/steer-experiment.js";
export { retrySettingNames } from "./client/start/retry-failed.js";
export type { RetryFailed, RetryOverrides } from "./client/start/retry-failed.js";
export { listExperiments } from "./client/status/list-experiments.js";
export type { ExperimentSummary, FindOptions } from "./client/status/list-experiments.js";
export type { ExperimentSettings, GroupPhase } from "./domain/experiment/experiment.js";
export type { JudgeChoice, RephraseSettings, StageKind } from "./domain/experiment/stages.js";

// Limits, and the rates of groups.
export { listLimits, setLimit, unsetLimit } from "./client/limits/limits.js";
export type { LimitDay, LimitHolder, LimitStatus } from "./client/limits/limits.js";
export type { LimitCap } from "./domain/limit/lease-messages.js";
export { expectedMs, expectedMsOfAll } from "./domain/rates/expected-time.js";
export type { PlannedGroup } from "./domain/rates/group-table.js";
export type { DailyQuota, GivenRates, GroupRates, NamedRates } from "./domain/rates/rates.js";

// The watch of a data folder.
export type { GivenWatch, StartedWatch, StartWatch } from "./client/watch/start-watch.js";
export { followWatch } from "./client/watch/follow-watch.js";
export { watchStatus } from "./client/watch/watch-status.js";
export type { WatchedExperiment, WatchPhase, WatchStatus } from "./client/watch/watch-status.js";
export { pauseWatch, resumeWatch, stopWatch } from "./client/watch/steer-watch.js";
export type { SteerWatch } from "./client/watch/steer-watch.js";
export type {
  EndedInput,
  RejectedInput,
  WatchCounts,
  WatchEvent,
} from "./domain/experiment/watch.js";

// What has come out: answers, missing records, sums.
export { readExperimentResults } from "./client/answers/read-experiment-results.js";
export { finishedFile } from "./client/answers/find-finished.js";
export { findMissing } from "./storage/completed/find-missing.js";
export type {
  FindMissing,
  MissingRecord,
  MissingSummary,
} from "./storage/completed/find-missing.js";
export type { SummarizeFile, Summary } from "./report/summary.js";
export type { TokenCounts } from "./domain/tokens/token-counts.js";

// Scores, comparisons and the verdicts of judges.
export { scoreFile } from "./client/answers/score-answers.js";
export type { ScoredFile, ScoreOptions } from "./client/answers/score-answers.js";
export type { ScoreRow } from "./domain/scores/line-scoring.js";
export type { ScorerOptions, ScorerSetting } from "./domain/scores/scorer-setting.js";
export type { Score, ScoredRecord, Scorer } from "./evaluation/scorers/scorer.js";
export { compareFiles } from "./client/answers/compare-answers.js";
export type { CompareOptions } from "./client/answers/compare-answers.js";
export type { ComparedScore, Comparison, ScoreChange } from "./domain/scores/comparison.js";
export { createJudgeFile } from "./client/answers/create-judge-file.js";
export type { JudgeFileOptions } from "./client/answers/create-judge-file.js";
export type { JudgeAnswers, JudgingSettings } from "./client/answers/judge-answers.js";
export { readJudgedAnswers } from "./client/answers/read-judged-answers.js";
export type { JudgedOptions } from "./client/answers/read-judged-answers.js";
export { verdictsOf } from "./client/answers/verdicts-of.js";
export type { VerdictRow, VerdictSummary } from "./report/verdicts.js";
export type { Agreement } from "./report/judge-agreement.js";

// Media files.
export { convertImages } from "./storage/media/convert-images.js";
export type { ConvertedImage } from "./storage/media/convert-images.js";
export type { AccountOptions } from "./client/media/media-files.js";
export type {
  UploadedMedia,
  UploadedPath,
  UploadMedia,
  UploadOptions,
  UploadProgress,
} from "./client/media/upload-media.js";
export type {
  DeletedMedia,
  DeleteMedia,
  DeleteOptions,
  ListMedia,
} from "./client/media/manage-media.js";
export type { RemoteFile } from "./domain/record/remote-files.js";

// A model on this machine.
export { loadLocalModel } from "./local-model/load-model.js";
export type { Generation, LocalModel, LocalModelOptions } from "./local-model/load-model.js";
export { serveModel } from "./local-model/serve-model.js";
export type { ModelServer, ServeModelOptions } from "./local-model/serve-model.js";
export type { ChatMessage } from "./local-model/transformers.js";
export { cacheFolder as modelCacheFolder } from "./local-server/home/home.js";

// An API of one's own: a module that exports it by default, named by the setting `providers`.
export type { OwnApi } from "./providers/own-api.js";
export { ProviderError } from "./providers/provider.js";
export type { ProviderCall } from "./providers/provider.js";
export { lookUp } from "./providers/access/environment.js";
export type { FailureFacts } from "./domain/failure/failure-class.js";
export type { JsonObject, JsonValue } from "./domain/json/json.js";
export type { Answer } from "./domain/record/outcome.js";
export type { Prompt, PromptRecord } from "./domain/record/prompt-record.js";

// Settings: one table makes flags, variables and `ostinato.json`.
export { dailyQuotaOf, type QuotaSettings } from "./settings/rates/daily-quota.js";
export { formatDuration } from "./settings/duration.js";
export { options, runSettingNames, watchedRunSettingNames } from "./settings/options/options.js";
export type { Option } from "./settings/options/options.js";
export { completeRunSettings, readFlags, resolveSettings } from "./settings/resolve-settings.js";
export type {
  GivenFlags,
  ResolvedSettings,
  SettingName,
  SettingSources,
} from "./settings/resolve-settings.js";
export { rewriteArguments } from "./settings/options/rewrite-arguments.js";
export type { Spelling } from "./settings/options/rewrite-arguments.js";
export type { RunSettings, Settings } from "./settings/settings.js";
export { oppositeFlag, spellingsOf } from "./settings/options/spellings-of.js";
