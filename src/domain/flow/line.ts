/** One line of a batch run: its walk through a flow, and its end. */
import type { JsonObject, JsonValue } from "../json/json.js";
import type { CodeNode, LlmNode, PromptNode } from "./flow.js";

/** The work of a line that a walk cannot do itself. A rejection fails the node for the line. */
export interface LineHost {
  /** Asks a model with rendered messages. Rejects with a `RowError` if the call failed for good. */
  readonly ask: (node: LlmNode, inputs: JsonObject, at: NodePlace) => Promise<JsonValue>;
  /** Throws a `RowError` if the template fails for these inputs. */
  readonly render: (node: PromptNode, inputs: JsonObject) => string;
  readonly run: (node: CodeNode, inputs: JsonObject, at: NodePlace) => Promise<JsonValue>;
  /** Notes that a node begins or has ended. */
  readonly note?: NoteNode;
}

/** Called with the state of a node. The latest states count if the line is ended from outside. */
export type NoteNode = (node: string, status: NodeStatus | "running") => void;

export interface NodePlace {
  /** Number of nodes before this node on the longest way. Calls with a higher depth go first. */
  readonly depth: number;
  /**
   * Inputs of the line. Role lines such as `# system:` in an input are plain text and never begin a
   * message.
   */
  readonly lineInputs: JsonObject;
}

export type NodeStatus = "completed" | "failed" | "bypassed" | "canceled";

/** The end of a line. `nodes` contains each node that the line has reached, in the flow's order. */
export interface LineEnd {
  readonly status: "completed" | "failed";
  /** The outputs of a completed line. */
  readonly output?: JsonObject;
  readonly error?: LineError;
  readonly nodes: Readonly<Record<string, NodeStatus>>;
  /**
   * Values that aggregations read from this line, by reference: `${grade.output.score}`,
   * `${inputs.truth}`. The value of a bypassed node is `null`.
   */
  readonly kept?: JsonObject;
  readonly warnings?: readonly string[];
  /** Sum of the tokens of all calls whose APIs report tokens. */
  readonly usage?: LineUsage;
}

export interface LineUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface LineError {
  /**
   * Code of promptflow if it has one for the error (`LineExecutionTimeout`, `ProcessCrash`),
   * otherwise the name of the error.
   */
  readonly type: string;
  readonly message: string;
  readonly node?: string;
  /**
   * True for errors of code or inputs and for refusals of the API. All other errors are system
   * errors.
   */
  readonly isUserError: boolean;
  /** Stack of the user's own code. */
  readonly trace?: string;
}
