import { createHash } from "node:crypto";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { AggregateMessage, RunMessage } from "../../executors/lines/protocol.js";
import type { TaskRequests } from "../../executors/lines/serve-lines.js";
import { jsonOf } from "../../pipeline/code/json-of.js";
import type { Line, LineWork, Reply } from "../builder/line.js";

export interface LineOfTask extends Pick<WorkOfTask, "kept"> {
  readonly line: Line;
}

export interface WorkOfTask {
  readonly work: LineWork;
  /**
   * Resolves once all values that were recorded without waiting are saved. Absent if there is
   * nothing to wait for.
   */
  readonly kept: () => Promise<void> | undefined;
}

const nowKey = "ostinato.now";

/** Returns the `line` for the code of a task. */
export function lineOfTask(task: RunMessage, requests: TaskRequests): LineOfTask {
  const { work, kept } = workOfTask(task, requests);
  return { line: { number: task.line, ...work }, kept };
}

/** Returns the work that the code of a line or of an aggregation can ask for. */
export function workOfTask(
  task: RunMessage | AggregateMessage,
  requests: TaskRequests,
): WorkOfTask {
  const { journal = {} } = task;
  const counts = new Map<string, number>();
  const place = placeOf(task);
  const count = (name: string): number => {
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return before;
  };
  let open: Promise<void> | undefined;
  /**
   * // Later requests wait for this one, so that they depend only on values that a later attempt
   * has too.
   */
  const keep = (key: string, value: JsonValue): void => {
    const before = open;
    const recorded = requests.record(key, value);
    open = before ? before.then(async () => recorded) : recorded;
  };
  const step = async (name: string, work: () => unknown): Promise<JsonValue> => {
    const key = `${name}/${count(name)}`;
    const known = journal[key];
    if (known !== undefined) return known;
    const rules = { noun: `step "${name}": column`, whole: `JSON of the step "${name}"` };
    const value = jsonOf((await work()) ?? null, { ...rules, keepsNumbers: true });
    await open;
    await requests.record(key, value);
    return value;
  };
  const work: LineWork = {
    call: async (model, prompt, parameters) => {
      await open;
      const request = callOf(model, prompt, parameters);
      return replyOf(await requests.call(request));
    },
    // The recorded result has the type that the function returned, as far as JSON preserves it.
    step: step as LineWork["step"],
    random: () => randomOf(`${place}/${count("ostinato.random")}`),
    now: () => {
      const key = `${nowKey}/${count(nowKey)}`;
      const known = journal[key];
      if (typeof known === "number") return known;
      const nowMs = Date.now();
      keep(key, nowMs);
      return nowMs;
    },
    log: requests.log,
  };
  return { work, kept: () => open };
}

/**
 * Returns the name of a line, an aggregation, or a part of one. `ostinato_flow.py` uses the same
 * names.
 */
function placeOf(task: RunMessage | AggregateMessage): string {
  const whole = "run" in task ? `${task.line}` : "aggregate";
  return task.part === undefined ? whole : `${whole}/${task.part}`;
}

function callOf(
  model: Parameters<LineWork["call"]>[0],
  prompt: Parameters<LineWork["call"]>[1],
  parameters: JsonObject | undefined,
): { readonly llm: string; readonly prompt: JsonValue; readonly parameters: JsonObject } {
  const own = typeof model === "string" ? {} : model.parameters;
  const llm = typeof model === "string" ? model : model.model;
  const turns = typeof prompt === "string" ? prompt : prompt.map((turn) => ({ ...turn }));
  return { llm, prompt: turns, parameters: { ...own, ...parameters } };
}

function replyOf({ response, facts = {} }: Awaited<ReturnType<TaskRequests["call"]>>): Reply {
  return { text: textOf(response), response, facts: isJsonObject(facts) ? facts : {} };
}

/** Returns the text of a response. `ostinato_flow.py` returns the same text. */
function textOf(response: JsonValue): string {
  if (response === null) return "";
  return typeof response === "string" ? response : JSON.stringify(response);
}

/**
 * Returns a number in [0, 1) from the first 48 bits of a hash. `ostinato_flow.py` computes the same
 * number.
 */
function randomOf(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}
