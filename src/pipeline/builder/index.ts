/**
 * The library for writing pipelines. The module of a pipeline imports it as `ostinato`, and its
 * bundle contains a copy of this file only. Without the other parts of the product, a thread of
 * user code starts at once.
 */
export { UserError } from "../../domain/failure/user-error.js";
export { globalStep, step } from "./function-steps.js";
export { chatGeneration, llm, structuredOutput, template, textGeneration } from "./model-steps.js";
export type { Llm } from "./model-steps.js";
export { pipeline } from "./pipeline.js";
export type { Pipeline, PipelineOptions } from "./pipeline.js";
export type { PipelineBuilder } from "./pipeline-builder.js";
export { blockRouter, ownRouter, sampleNSteps } from "./routers.js";
export type { PipelineRouter } from "./routers.js";
export type { Branches, Rows } from "./rows.js";
export { runStep } from "./run-step.js";
export { csv, jsonl, parquet, resultOf, rows, sample } from "./sources.js";
export type { Source } from "./sources.js";
export type { Step, StepSettings } from "./step.js";
