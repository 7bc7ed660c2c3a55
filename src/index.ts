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
import { createCheckExperiment, type CheckExperiment } from "./client/check-experiment.js";
import {
  createCheckExperimentFile,
  type CheckExperimentFile,
} from "./client/check-experiment-file.js";
import { createDiagnose, type Diagnose } from "./client/diagnose.js";
import { createDeleteMedia, createListMedia } from "./client/manage-media.js";
import type { DeleteMedia, ListMedia } from "./client/manage-media.js";
import type { UploadApi } from "./client/media-files.js";
import type { OpenProviders } from "./client/provider-knowledge.js";
import { createJudgeAnswers, type JudgeAnswers } from "./client/judge-answers.js";
import { createRetryFailed, type RetryFailed } from "./client/retry-failed.js";
import { createStartWatch, type StartWatch } from "./client/start-watch.js";
import { createStartExperiment, type StartExperiment } from "./client/start-experiment.js";
import { createResumeExperiment, type Steer } from "./client/steer-experiment.js";
import { createUploadMedia, type UploadMedia } from "./client/upload-media.js";
import { readEnvironment } from "./providers/environment.js";
import { geminiUploads } from "./providers/gemini-uploads.js";
import { createOpenProviders } from "./providers/open-providers.js";
import { tokensOfApi } from "./providers/registry.js";
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
export { connect } from "./client/connect.js";
export type { ConnectOptions, Environment, Ostinato } from "./client/ostinato.js";
export { ensureWorker } from "./client/ensure-worker.js";
export type { EnsureWorkerOptions, WorkerHandle } from "./client/ensure-worker.js";
export { isOstinatoStopped, stopOstinato } from "./client/stop-ostinato.js";
export type { Stopped } from "./client/stop-ostinato.js";
export type { WorkerRole } from "./local-server/worker-files.js";
export type {
  Diagnose,
  DiagnoseOptions,
  Diagnosis,
  FolderDiagnosis,
  ServerDiagnosis,
  WorkerDiagnosis,
} from "./client/diagnose.js";
export { ServerUnavailableError } from "./local-server/server-unavailable-error.js";
export { workerVariables } from "./local-server/worker-variables.js";
export { UserError } from "./domain/user-error.js";

// Experiments: checked, started, followed, steered, listed.
export type {
  CheckedExperiment,
  CheckExperiment,
  GivenSettings,
} from "./client/check-experiment.js";
export type {
  CheckExperimentFile,
  FileReport,
  LineProblems,
} from "./client/check-experiment-file.js";
export type { TargetVariables } from "./client/missing-variables.js";
export type { StartedExperiment, StartExperiment } from "./client/start-experiment.js";
export { followExperiment } from "./client/follow-experiment.js";
export type { FollowOptions } from "./client/experiment-watch.js";
export { experimentStatus } from "./client/experiment-status.js";
export { isOver } from "./client/status.js";
export type { ExperimentState, ExperimentStatus, GroupStatus } from "./client/status.js";
export type { StageState, StageStatus } from "./client/stage-status.js";
export { cancelExperiment, changeExperiment, pauseExperiment } from "./client/steer-experiment.js";
export type { ExperimentChange, Steer } from "./client/steer-experiment.js";
export { retrySettingNames } from "./client/retry-failed.js";
export type { RetryFailed, RetryOverrides } from "./client/retry-failed.js";
export { listExperiments } from "./client/list-experiments.js";
export type { ExperimentSummary, FindOptions } from "./client/list-experiments.js";
export type { ExperimentSettings, GroupPhase } from "./domain/experiment.js";
export type { JudgeChoice, RephraseSettings, StageKind } from "./domain/stages.js";

// Limits, and the rates of groups.
export { listLimits, setLimit, unsetLimit } from "./client/limits.js";
export type { LimitDay, LimitHolder, LimitStatus } from "./client/limits.js";
export type { LimitCap } from "./domain/lease.js";
export { expectedMs, expectedMsOfAll } from "./domain/expected-time.js";
export type { PlannedGroup } from "./domain/group-table.js";
export type { DailyQuota, GivenRates, GroupRates, NamedRates } from "./domain/rates.js";

// The watch of a data folder.
export type { GivenWatch, StartedWatch, StartWatch } from "./client/start-watch.js";
export { followWatch } from "./client/follow-watch.js";
export { watchStatus } from "./client/watch-status.js";
export type { WatchedExperiment, WatchPhase, WatchStatus } from "./client/watch-status.js";
export { pauseWatch, resumeWatch, stopWatch } from "./client/steer-watch.js";
export type { SteerWatch } from "./client/steer-watch.js";
export type { EndedInput, RejectedInput, WatchCounts, WatchEvent } from "./domain/watch.js";

// What has come out: answers, missing records, sums.
export { readExperimentResults } from "./client/read-experiment-results.js";
export { finishedFile } from "./client/find-finished.js";
export { findMissing } from "./storage/find-missing.js";
export type { FindMissing, MissingRecord, MissingSummary } from "./storage/find-missing.js";
export type { SummarizeFile, Summary } from "./report/summary.js";
export type { TokenCounts } from "./domain/token-counts.js";

// Scores, comparisons and the verdicts of judges.
export { scoreFile } from "./client/score-answers.js";
export type { ScoredFile, ScoreOptions } from "./client/score-answers.js";
export type { ScoreRow } from "./domain/line-scoring.js";
export type { ScorerOptions, ScorerSetting } from "./domain/scorer-setting.js";
export type { Score, ScoredRecord, Scorer } from "./evaluation/scorer.js";
export { compareFiles } from "./client/compare-answers.js";
export type { CompareOptions } from "./client/compare-answers.js";
export type { ComparedScore, Comparison, ScoreChange } from "./domain/comparison.js";
export { createJudgeFile } from "./client/create-judge-file.js";
export type { JudgeFileOptions } from "./client/create-judge-file.js";
export type { JudgeAnswers, JudgingSettings } from "./client/judge-answers.js";
export { readJudgedAnswers } from "./client/read-judged-answers.js";
export type { JudgedOptions } from "./client/read-judged-answers.js";
export { verdictsOf } from "./client/verdicts-of.js";
export type { VerdictRow, VerdictSummary } from "./report/verdicts.js";
export type { Agreement } from "./report/judge-agreement.js";

// Media files.
export { convertImages } from "./storage/convert-images.js";
export type { ConvertedImage } from "./storage/convert-images.js";
export type { AccountOptions } from "./client/media-files.js";
export type {
  UploadedMedia,
  UploadedPath,
  UploadMedia,
  UploadOptions,
  UploadProgress,
} from "./client/upload-media.js";
export type { DeletedMedia, DeleteMedia, DeleteOptions, ListMedia } from "./client/manage-media.js";
export type { RemoteFile } from "./domain/remote-files.js";

// A model on this machine.
export { loadLocalModel } from "./local-model/load-model.js";
export type { Generation, LocalModel, LocalModelOptions } from "./local-model/load-model.js";
export { serveModel } from "./local-model/serve-model.js";
export type { ModelServer, ServeModelOptions } from "./local-model/serve-model.js";
export type { ChatMessage } from "./local-model/transformers.js";
export { cacheFolder as modelCacheFolder } from "./local-server/home.js";

// An API of one's own: a module that exports it by default, named by the setting `providers`.
export type { OwnApi } from "./providers/own-api.js";
export { ProviderError } from "./providers/provider.js";
export type { ProviderCall } from "./providers/provider.js";
export { lookUp } from "./providers/environment.js";
export type { FailureFacts } from "./domain/failure-class.js";
export type { JsonObject, JsonValue } from "./domain/json.js";
export type { Answer } from "./domain/outcome.js";
export type { Prompt, PromptRecord } from "./domain/prompt-record.js";

// Settings: one table makes flags, variables and `ostinato.json`.
export { dailyQuotaOf, type QuotaSettings } from "./settings/daily-quota.js";
export { formatDuration } from "./settings/duration.js";
export { options, runSettingNames, watchedRunSettingNames } from "./settings/options.js";
export type { Option } from "./settings/options.js";
export { completeRunSettings, readFlags, resolveSettings } from "./settings/resolve-settings.js";
export type {
  GivenFlags,
  ResolvedSettings,
  SettingName,
  SettingSources,
} from "./settings/resolve-settings.js";
export { rewriteArguments } from "./settings/rewrite-arguments.js";
export type { Spelling } from "./settings/rewrite-arguments.js";
export type { RunSettings, Settings } from "./settings/settings.js";
export { oppositeFlag, spellingsOf } from "./settings/spellings-of.js";
