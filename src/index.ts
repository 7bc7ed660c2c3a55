/**
 * Ostinato as a library: code can do what the CLI does.
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
 * A `UserError` names something that the user can correct; a `ServerUnavailableError` says that no
 * server is there. This file only re-exports. The CLI imports the modules themselves, so each
 * command loads only its own part.
 */

// A Temporal server and a worker, and the public error classes.
export { connect } from "./client/connection/connect.js";
export type { Environment } from "./domain/environment.js";
export type { ConnectOptions, Ostinato } from "./client/connection/ostinato.js";
export { ensureWorker, startBackgroundWorker } from "./client/worker/ensure-worker.js";
export type { EnsureWorkerOptions, WorkerHandle } from "./client/worker/ensure-worker.js";
export { stopOstinato } from "./client/stop-ostinato.js";
export type { Stopped } from "./client/stop-ostinato.js";
export type { WorkerRole } from "./local-server/worker/worker-files.js";
export { openDataFolder } from "./storage/data-folder.js";
export type { DataFolder } from "./storage/data-folder.js";
export { diagnose } from "./client/diagnose.js";
export type {
  DiagnoseOptions,
  Diagnosis,
  FolderDiagnosis,
  ServerDiagnosis,
  WorkerDiagnosis,
} from "./client/diagnose.js";
export { ServerUnavailableError } from "./local-server/server/server-unavailable-error.js";
export { UserError } from "./domain/failure/user-error.js";

// Experiments: checked, started, followed, steered, listed.
export { checkExperiment } from "./client/start/check-experiment.js";
export type { CheckedExperiment, GivenSettings } from "./client/start/check-experiment.js";
export { checkExperimentFile } from "./client/start/check-experiment-file.js";
export type { FileReport, LineProblems } from "./client/start/check-experiment-file.js";
export type { ProblemGroup } from "./domain/record/problem-groups.js";
export type { TargetVariables } from "./client/worker/missing-variables.js";
export { checkAndPlan, planExperiment } from "./client/plan/plan-experiment.js";
export { startSample } from "./client/plan/start-sample.js";
export type { SampleOptions } from "./client/plan/start-sample.js";
export { planPipeline } from "./client/plan/plan-pipeline.js";
export type { PipelinePlanOptions } from "./client/plan/plan-pipeline.js";
export { planBatch } from "./client/plan/plan-batch.js";
export type { BatchPlanSettings } from "./client/plan/plan-batch.js";
export type { PlannedExperiment } from "./client/plan/plan-experiment.js";
export type {
  ExperimentPlan,
  GroupOfPlan,
  LongPrompt,
  ModelOfPlan,
  PlannedCalls,
} from "./domain/plan/plan.js";
export type { Bounds } from "./domain/plan/bounds.js";
export type { Binding } from "./domain/plan/time-estimate.js";
export type { Basis } from "./domain/plan/token-estimate.js";
export { planReuse } from "./client/start/plan-reuse.js";
export type { OnReuse, PlannedReuse, ReusedAnswers } from "./client/start/plan-reuse.js";
export type { FinishedBefore } from "./client/start/finished-before.js";
export { startExperiment } from "./client/start/start-experiment.js";
export type { StartedExperiment } from "./client/start/start-experiment.js";
export { followExperiment } from "./client/status/follow-experiment.js";
export type { FollowOptions } from "./client/status/experiment-follower.js";
export { experimentStatus } from "./client/status/experiment-status.js";
export { isOver } from "./client/status/status.js";
export { whyRecord } from "./client/status/why-record.js";
export type { NextForRecord, RecordReport } from "./client/status/why-record.js";
export type { CodeText } from "./storage/batch/code-log.js";
export type { LifeEvent, RecordLife } from "./storage/log/record-life.js";
export type { Hold, HoldKind } from "./domain/progress/hold.js";
export type { ExpectedEnd } from "./domain/progress/expected-end.js";
export type { ErrorGroup } from "./client/status/run-tallies.js";
export type { SteeringRequest } from "./client/status/untaken-requests.js";
export type { Delivery } from "./client/steer/delivery.js";
export type { CallCounts } from "./storage/log/call-tally.js";
export type {
  Slowdown,
  ThrottledTarget,
  UnreachableHost,
} from "./domain/limit/slowing/slowdowns.js";
export type {
  CallsSoFar,
  ExperimentState,
  ExperimentStatus,
  GroupStatus,
} from "./client/status/status.js";
export type { StageState, StageStatus } from "./client/status/stage-status.js";
export {
  cancelExperiment,
  changeExperiment,
  pauseExperiment,
  resumeExperiment,
} from "./client/steer/steer-experiment.js";
export type { ExperimentChange, ResumeOptions } from "./client/steer/steer-experiment.js";
export { dropExperimentModel } from "./client/steer/drop-model.js";
export type { DroppedModel } from "./client/steer/drop-model.js";
export { retryFailed } from "./client/start/retry-failed.js";
export type { RetryOverrides } from "./client/start/retry-failed.js";
export type { ExperimentFilter, ExperimentKind } from "./client/list/is-listed.js";
export { planRemoval, removePlanned } from "./client/remove/remove-experiments.js";
export type { PlannedRemoval, RemoveOptions } from "./client/remove/remove-experiments.js";
export type { RemovableFiles } from "./storage/run/removable-files.js";
export { writeExamples } from "./client/init/write-examples.js";
export type { WrittenExamples } from "./client/init/write-examples.js";
export { listExperiments } from "./client/list/list-experiments.js";
export { spendingOfAllRuns } from "./client/list/spending-of-all-runs.js";
export type { AllRuns } from "./client/list/spending-of-all-runs.js";
export type { FindOptions } from "./client/connection/find-options.js";
export type { ExperimentSummary } from "./client/list/known-experiments.js";
export type { ListOptions } from "./client/list/list-experiments.js";
export type { Price, PriceTable, PriceTier, TokenPrices } from "./domain/money/price.js";
export type { Spending, TokenSums } from "./domain/money/spending.js";
export type { ExperimentSettings, GroupPhase } from "./domain/experiment/experiment.js";
export type { JudgeChoice, RephraseSettings, StageKind } from "./domain/experiment/stages.js";

// Pipelines: graphs of steps over rows.
export { readDefinition } from "./client/pipeline/read-definition.js";
export type { ReadOptions } from "./client/pipeline/read-definition.js";
export { drawPipeline, inspectPipeline } from "./client/pipeline/inspect-pipeline.js";
export type {
  InspectOptions,
  PipelineReport,
  StepReport,
} from "./client/pipeline/inspect-pipeline.js";
export { dryRun } from "./client/pipeline/dry-run.js";
export type { DryRunOptions } from "./client/pipeline/dry-run.js";
export type { DryCall, DryRow } from "./client/pipeline/dry-walks.js";
export { loadResult } from "./client/pipeline/load-result.js";
export type { LoadOptions } from "./client/pipeline/load-result.js";
export type { StepStatus } from "./client/status/step-status.js";
export { checkPush, pushToHub } from "./client/hub/push-to-hub.js";
export type { Pushed } from "./client/hub/push-to-hub.js";
export { startPipeline } from "./client/pipeline/start-pipeline.js";
export type { GivenPipeline, PipelineSettings } from "./client/pipeline/given-pipeline.js";
export { dumpPipeline, dumpPipelineJson } from "./pipeline/definition/definition-text.js";
export type { PipelineDefinition, StepDefinition } from "./pipeline/definition/definition.js";
export type { DefinitionProblem } from "./pipeline/definition/definition-problem.js";

// Batch runs: flows over lines.
export { BatchEngine, LineFailures } from "./client/batch/batch-engine.js";
export type { BatchEngineOptions, BatchRunOptions } from "./client/batch/batch-engine.js";
export { startBatch } from "./client/batch/start-batch.js";
export type { BatchSettings } from "./client/batch/batch-settings.js";
export type { LineRecord, LineStorage } from "./client/batch/earlier/line-storage.js";
export type { GivenFlow } from "./client/batch/open-given.js";
export type { ChatGroupSettings, ChatRoleSettings } from "./flow/chat-group-settings.js";
export { dryRunBatch } from "./client/batch/dry-run-batch.js";
export type {
  DryBatch,
  DryBatchSettings,
  DryEstimate,
  DryLine,
} from "./client/batch/dry-run-batch.js";
export type { DryLineCall } from "./client/batch/dry-calls.js";
export { drawBatch } from "./client/batch/draw-batch.js";
export type { DrawFlowSettings } from "./client/batch/draw-batch.js";
export { importRun } from "./client/batch/earlier/import-run.js";
export type { ImportOptions } from "./client/batch/earlier/import-run.js";
export {
  readBatchDetails,
  readBatchResult,
  requireBatchResult,
} from "./client/batch/read-batch-result.js";
export type { FoundBatchResult } from "./client/batch/read-batch-result.js";
export { BatchResult } from "./domain/flow/result/batch-result.js";
export type {
  BatchStatus,
  ErrorSummary,
  SystemMetrics,
} from "./domain/flow/result/result-fields.js";

// Limits, and the rates of groups.
export { listLimits, setLimit, unsetLimit } from "./client/limits/limits.js";
export type { LimitDay, LimitHolder, LimitStatus } from "./client/limits/limits.js";
export type { LimitCap } from "./domain/limit/lease-messages.js";
export { expectedMsOfAll } from "./domain/rates/expected-time.js";
export type { PlannedGroup } from "./domain/rates/group-table.js";
export type { DailyQuota, GivenRates, GroupRates, NamedRates } from "./domain/rates/rates.js";

// The watch of a data folder.
export { startWatch } from "./client/watch/start-watch.js";
export type { GivenWatch, StartedWatch } from "./client/watch/start-watch.js";
export { followWatch } from "./client/watch/follow-watch.js";
export { watchStatus } from "./client/watch/watch-status.js";
export type { WatchedExperiment, WatchPhase, WatchStatus } from "./client/watch/watch-status.js";
export { pauseWatch, resumeWatch, stopWatch } from "./client/watch/steer-watch.js";
export type {
  EndedInput,
  RejectedInput,
  WatchCounts,
  WatchEvent,
} from "./domain/experiment/watch.js";

// Results: answers, missing records, sums.
export { readExperimentResults } from "./client/answers/read-experiment-results.js";
export { finishedFile } from "./client/answers/find-finished.js";
export { findMissing } from "./storage/completed/find-missing.js";
export type { MissingRecord, MissingSummary } from "./storage/completed/find-missing.js";
export { summarizeFile } from "./client/answers/summarize-file.js";
export { summarizeRun } from "./client/answers/summarize-run.js";
export type { Summary } from "./report/summary.js";
export { writeComparison } from "./client/report/write-comparison.js";
export type { Compared } from "./client/report/read-comparison.js";
export { writeReport } from "./client/report/write-report.js";
export type { ReportFormat, ReportOptions, WrittenReport } from "./client/report/write-report.js";
export { serveView } from "./view/server/serve-view.js";
export type { ServeViewOptions, ViewServer } from "./view/server/serve-view.js";
export type { TokenCounts } from "./domain/tokens/token-counts.js";

// Scores, comparisons and the verdicts of judges.
export { scoreFile } from "./client/answers/score-file.js";
export type { ScoredFile, ScoreOptions } from "./client/answers/score-file.js";
export type { ScoreRow } from "./domain/scores/line-scoring.js";
export type { ScorerOptions, ScorerSetting } from "./domain/scores/scorer-setting.js";
export type { Score, ScoredRecord, Scorer } from "./evaluation/scorers/scorer.js";
export { compareFiles, compareWithin } from "./client/answers/compare-answers.js";
export type { CompareOptions, CompareWithinOptions } from "./client/answers/compare-answers.js";
export type {
  ComparedScore,
  Comparison,
  ScoreChange,
  ValueComparison,
} from "./domain/scores/comparison.js";
export { createJudgeFile } from "./client/answers/create-judge-file.js";
export type { JudgeFileOptions } from "./client/answers/create-judge-file.js";
export { judgeAnswers } from "./client/answers/judge-answers.js";
export type { JudgingSettings } from "./client/answers/judge-answers.js";
export { formatResults, writeResults } from "./client/answers/format-results.js";
export type { FormatOptions, ResultFormat } from "./client/answers/format-results.js";
export type { LineChoice } from "./storage/completed/choose-lines.js";
export { completedTexts } from "./storage/completed/completed-lines.js";
export { readJudgedAnswers } from "./client/answers/read-judged-answers.js";
export type { JudgedOptions } from "./client/answers/read-judged-answers.js";
export { verdictsOf } from "./client/answers/verdicts-of.js";
export type { VerdictRow, VerdictSummary } from "./report/verdicts.js";
export type { Agreement } from "./report/agreement-of.js";

// Media files.
export { convertImages } from "./storage/media/convert-images.js";
export type { ConvertedImage } from "./storage/media/convert-images.js";
export type { AccountOptions } from "./client/media/account-options.js";
export { uploadMedia } from "./client/media/upload-media.js";
export type {
  UploadedMedia,
  UploadedPath,
  UploadOptions,
  UploadProgress,
} from "./client/media/upload-media.js";
export { deleteMedia, listMedia } from "./client/media/manage-media.js";
export type { DeletedMedia, DeleteOptions } from "./client/media/manage-media.js";
export type { RemoteFile } from "./domain/record/remote-files.js";

// A model on this machine.
export { loadLocalModel } from "./local-model/load-model.js";
export type { Generation, LocalModel, LocalModelOptions } from "./local-model/load-model.js";
export { serveModel } from "./local-model/serve-model.js";
export type { ModelServer, ServeModelOptions } from "./local-model/serve-model.js";
export type { ChatMessage } from "./local-model/transformers.js";

// Your own API: a module with a default export, named by the setting `providers`.
export type { OwnApi } from "./providers/registry/own-api.js";
export { ProviderError } from "./providers/provider.js";
export type { ProviderCall } from "./providers/provider.js";
export { lookUp } from "./providers/access/environment.js";
export type { FailureFacts } from "./domain/failure/failure-class.js";
export type { JsonObject, JsonValue } from "./domain/json/json.js";
export type { Answer } from "./domain/record/outcome.js";
export type { Prompt, PromptRecord } from "./domain/record/prompt-record.js";

// Pipelines: a graph of steps over rows, written in TypeScript.
export {
  chatGeneration,
  csv,
  globalStep,
  jsonl,
  llm,
  blockRouter,
  ownRouter,
  parquet,
  pipeline,
  resultOf,
  rows,
  runStep,
  sample,
  sampleNSteps,
  step,
  structuredOutput,
  template,
  textGeneration,
} from "./pipeline/builder/index.js";
export type {
  Branches,
  Llm,
  Pipeline,
  PipelineBuilder,
  PipelineOptions,
  PipelineRouter,
  Rows,
  Source,
  Step,
  StepSettings,
} from "./pipeline/builder/index.js";

// Flows: code that is run for each line of an input, written in TypeScript, and the executors that
// run it.
export { CallError, flow } from "./flow/builder/index.js";
export type {
  ChatTurn,
  CodeOfFlow,
  CompletedLine,
  Line,
  LinePrompt,
  Lines,
  LineWork,
  Reply,
} from "./flow/builder/index.js";
export { createExecutor, registerExecutor } from "./flow/executors.js";
export { TaskFailed } from "./executors/lines/executor.js";
export type {
  Aggregated,
  AggregatedLine,
  AggregationTask,
  CodeFacts,
  CodeParameter,
  ExecutorFactory,
  ExecutorPool,
  ExecutorSettings,
  ExecutorSetup,
  LineAnswer,
  LineCall,
  LineRequests,
  LineTask,
  Metric,
  PromptCall,
  PromptyCall,
  PromptyText,
  RenderCall,
  RunOptions,
  TemplateCall,
} from "./executors/lines/executor.js";

// Settings: one table makes flags, variables and `ostinato.json`.
export type { RunSettings } from "./settings/settings.js";
