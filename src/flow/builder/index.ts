/**
 * The library for writing flows, and pipelines beside them. The module of a flow imports it as
 * `ostinato`, and its bundle contains a copy of this file only.
 */
export * from "../../pipeline/builder/index.js";
export { flow } from "./flow.js";
export type { CodeOfFlow } from "./flow.js";
export { CallError } from "./line.js";
export type { ChatTurn, CompletedLine, Line, Lines, LineWork, LinePrompt, Reply } from "./line.js";
