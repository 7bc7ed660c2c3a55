import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import { TaskFailed } from "../../../src/executors/lines/executor.js";
import type {
  ExecutorFactory,
  ExecutorPool,
  ExecutorSettings,
  LineCall,
  LineRequests,
  RunOptions,
} from "../../../src/executors/lines/executor.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

export interface PoolSetUp extends Partial<ExecutorSettings> {
  readonly files: Readonly<Record<string, string>>;
  readonly uses?: readonly string[];
  readonly init?: Readonly<Record<string, JsonObject>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly connections?: Readonly<Record<string, string>>;
}

export interface TestPool {
  readonly pool: ExecutorPool;
  readonly folder: string;
  /** Texts that the pool logged outside lines. */
  readonly logged: string[];
}

/** A pool over the code of some files. It is ended with its test. */
export function poolOf(
  factory: ExecutorFactory,
  { files, uses = [], init = {}, variables = {}, connections = {}, ...settings }: PoolSetUp,
): TestPool {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const logged: string[] = [];
  const setup = { folder, files: Object.keys(files), uses, init, variables, connections };
  const pool = factory({ setup, most: 1, log: (text) => logged.push(text), ...settings });
  onTestFinished(async () => pool.end());
  return { pool, folder, logged };
}

/** Requests that answer a call with its prompt in capitals, and keep what was asked. */
/** Responses of a model, each with its text for the code of a flow. */
export const responseTexts: readonly (readonly [response: JsonValue, text: string])[] = [
  ["words", "words"],
  // The API has withheld the answer.
  [null, ""],
  [{ parts: ["é"] }, '{"parts":["é"]}'],
];

export function recordedRequests(): LineRequests & {
  readonly calls: LineCall[];
  readonly records: [string, JsonValue][];
  readonly logs: string[];
} {
  const calls: LineCall[] = [];
  const records: [string, JsonValue][] = [];
  const logs: string[] = [];
  return {
    calls,
    records,
    logs,
    call: async (call) => {
      calls.push(call);
      const response =
        "prompt" in call ? JSON.stringify(call.prompt).slice(1, -1).toUpperCase() : "rendered";
      return { response, facts: { usage: { total_tokens: 3 } } };
    },
    record: async (key, value) => {
      records.push([key, value]);
    },
    log: (text) => logs.push(text),
  };
}

export interface GivenTask {
  readonly file: string;
  readonly inputs: JsonObject;
  readonly line?: number;
  readonly name?: string;
  readonly journal?: JsonObject;
  readonly requests?: LineRequests;
  readonly options?: RunOptions;
}

/** Runs a task. Its failure becomes text: `type: message`. */
export async function endOf(pool: ExecutorPool, given: GivenTask): Promise<JsonValue> {
  const { line = 0, requests = recordedRequests(), options, journal = {}, ...task } = given;
  const whole = { id: `${line}/${given.name ?? "code"}`, line, journal, ...task };
  try {
    return await pool.run(whole, requests, options);
  } catch (error) {
    if (!(error instanceof TaskFailed)) throw error;
    return `${error.type}: ${error.message}`;
  }
}

/** Runs one line for each input. */
export async function endsOf(
  pool: ExecutorPool,
  inputs: readonly JsonObject[],
  given: Omit<GivenTask, "inputs" | "line">,
): Promise<readonly JsonValue[]> {
  return Promise.all(
    inputs.map(async (each, line) => endOf(pool, { ...given, inputs: each, line })),
  );
}
