/** Runs a flow once: for a line, or for one turn of a chat group. */
import { defined } from "../../domain/defined.js";
import { lineErrorOf } from "../../domain/flow/line-error.js";
import type { CodeFlow, CodePlace, GraphFlow, RoleFlow } from "../../domain/flow/flow.js";
import type { LineEnd, LineHost, NoteNode } from "../../domain/flow/line.js";
import { lineOutput } from "../../domain/flow/result/line-output.js";
import { walkLine } from "../../domain/flow/walk-line.js";
import { renderPrompt } from "../messages/render-prompt.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { TaskFailed } from "../../executors/lines/executor.js";
import type { ExecutorPool, LineRequests } from "../../executors/lines/executor.js";
import type { LineAnswer, LineCall } from "../../executors/lines/executor.js";
import type { ModelAsk } from "./model-call.js";
import { renderNode } from "./render-node.js";

/** Makes the calls of a line. */
export interface CallsOfLine {
  /**
   * Makes a call. Rejects with a `RowError` if the call failed permanently.
   *
   * @param depth depth of the call. @default the number of calls that the line has made before
   */
  readonly make: (asked: ModelAsk, step: string, depth?: number) => Promise<LineAnswer>;
  /** Makes a call that the code of a line asks for. */
  readonly ask: (call: LineCall, step: string) => Promise<LineAnswer>;
}

export interface JournalOfLine {
  /**
   * Saves a value of the code for later attempts.
   *
   * @param part part of the line that records it: a node, or a turn of a chat group. Each part
   *   counts its own keys. Empty for a flow that is code.
   */
  readonly record: (part: string, key: string, value: JsonValue) => Promise<void>;
}

/** Values by the part of the line that recorded them, and by their key in it. */
export type RecordedValues = ReadonlyMap<string, JsonObject>;

export interface CodeRun {
  /** Number of the line. */
  readonly number: number;
  readonly calls: CallsOfLine;
  readonly journal: JournalOfLine;
  /** Values that earlier attempts recorded. */
  readonly known: RecordedValues;
  /** Executor of the code; `undefined` for a flow without code. */
  readonly executor: ExecutorPool | undefined;
  /** Abandons the code when it fires. */
  readonly signal: AbortSignal;
  /** Time limit for the code of a task, in ms. */
  readonly limitMs: number;
  /**
   * Called with the output of the code, and its node by the name under which it is counted.
   * @default writes to stderr
   */
  readonly log?: (node: string, text: string) => void;
  /** Called when nodes start and end, with the names under which they are counted. */
  readonly note?: NoteNode;
  /** Turn of a chat group. @default the flow handles the whole line */
  readonly turnOf?: { readonly turn: number; readonly role: string };
}

export class LineCode {
  readonly #run: CodeRun;

  constructor(run: CodeRun) {
    this.#run = run;
  }

  /** Runs a flow. Never rejects because of the line or its flow. */
  async run(flow: RoleFlow, inputs: JsonObject): Promise<LineEnd> {
    return flow.kind === "code" ? this.#whole(flow, inputs) : this.#graph(flow, inputs);
  }

  async #whole(flow: CodeFlow, inputs: JsonObject): Promise<LineEnd> {
    const { name } = flow;
    this.#note(name, "running");
    try {
      const output = await this.#perform(flow.code, { name, part: "" }, inputs);
      const made = lineOutput(output);
      if ("error" in made) throw new TaskFailed(made.error.type, made.error.message);
      return { status: "completed", output: made.output, nodes: { [name]: "completed" } };
    } catch (error) {
      if (!(error instanceof TaskFailed || error instanceof RowError)) throw error;
      return { status: "failed", error: lineErrorOf(error), nodes: { [name]: "failed" } };
    }
  }

  async #graph(flow: GraphFlow, inputs: JsonObject): Promise<LineEnd> {
    const { calls, turnOf } = this.#run;
    const host: LineHost = {
      render: renderNode,
      ask: async (node, values, { depth, lineInputs }) => {
        const { llm, json = false } = node;
        const rendered = renderPrompt(flow, node, { inputs: values, lineInputs });
        // A later turn is further along for any depth of its node.
        const at = turnOf ? undefined : depth;
        return (await calls.make({ llm, json, ...rendered }, this.#step(node.name), at)).response;
      },
      run: async ({ code, name }, values) => this.#perform(code, { name, part: name }, values),
      note: (node, status) => this.#note(node, status),
    };
    return walkLine(flow, inputs, host);
  }

  #note(...[node, status]: Parameters<NoteNode>): void {
    this.#run.note?.(this.#step(node), status);
  }

  /** @param of the node's name for calls, and its part of the journal */
  async #perform(
    code: CodePlace,
    of: { readonly name: string; readonly part: string },
    inputs: JsonObject,
  ): Promise<JsonValue> {
    const { executor, number: line, known, signal, limitMs, turnOf } = this.#run;
    if (!executor) throw new Error(`Expected the run to have the code of ${code.file}.`);
    const part = turnOf ? `${turnOf.turn}/${of.part}` : of.part;
    const { file, name } = code;
    const task = {
      id: [line, ...(turnOf ? [turnOf.turn] : []), of.name].join("/"),
      line,
      file,
      inputs,
      journal: known.get(part) ?? {},
      ...defined({ name, part: part === "" ? undefined : part }),
    };
    return executor.run(task, this.#requests(this.#step(of.name), part), { limitMs, signal });
  }

  /** Returns the name of a node for calls and counts. */
  #step(node: string): string {
    const { turnOf } = this.#run;
    return turnOf ? `${turnOf.role}.${node}` : node;
  }

  #requests(step: string, part: string): LineRequests {
    const { calls, journal, log } = this.#run;
    return {
      call: async (call) => calls.ask(call, step),
      record: async (key, value) => journal.record(part, key, value),
      ...(log && { log: (text) => log(step, text) }),
    };
  }
}
