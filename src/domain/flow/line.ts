/** One line of a batch run: its walk through a flow, and how it ended. */
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

/** Takes the state of a node of a line, which counts if the line is ended from outside. */
export type NoteNode = (node: string, status: NodeStatus | "running") => void;

export interface NodePlace {
  /**
   * The number of nodes that the line has behind it on the longest way: calls of lines that are
   * further along go first.
   */
  readonly depth: number;
  /** The inputs of the line. Role lines in them are text: they never begin a message. */
  readonly lineInputs: JsonObject;
}

export type NodeStatus = "completed" | "failed" | "bypassed" | "canceled";

/** The end of a line. `nodes` has each node that the line has met, in the flow's order. */
export interface LineEnd {
  readonly status: "completed" | "failed";
  /** The outputs of a completed line. */
  readonly output?: JsonObject;
  readonly error?: LineError;
  readonly nodes: Readonly<Record<string, NodeStatus>>;
  /**
   * The values that aggregations read from this line, by reference: `${grade.output.score}`,
   * `${inputs.truth}`. The value of a bypassed node is `null`.
   */
  readonly kept?: JsonObject;
  readonly warnings?: readonly string[];
  /** Tokens of all its calls, as far as their APIs tell. */
  readonly usage?: LineUsage;
}

export interface LineUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface LineError {
  /**
   * promptflow's code where it has one (`LineExecutionTimeout`, `ProcessCrash`), else the name of
   * the error.
   */
  readonly type: string;
  readonly message: string;
  readonly node?: string;
  /**
   * A user error comes from code, inputs or a refusal of the API; anything else is a system error.
   */
  readonly isUserError: boolean;
  /** The stack of the user's own code. */
  readonly trace?: string;
}
