/**
 * A flow: code, or a graph of nodes, that is run for each line of an input. All notations become
 * one of these.
 */
import type { JsonObject, JsonValue } from "../json/json.js";

/**
 * Types of promptflow's inputs. `object` and `list` also accept JSON text; `any` accepts every
 * value unchanged.
 */
export type ValueType = "string" | "int" | "double" | "bool" | "list" | "object" | "image" | "any";

export interface FlowInput {
  readonly type: ValueType;
  /** Default value. @default none; each line must have a value */
  readonly default?: JsonValue;
}

interface FlowBase {
  /** Name of the flow: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** Inputs in the order of their declaration. */
  readonly inputs: Readonly<Record<string, FlowInput>>;
}

/** A flow whose code handles a whole line: a function, or a class with a method for a line. */
export interface CodeFlow extends FlowBase {
  readonly kind: "code";
  readonly code: CodePlace;
  /** Arguments of the class. They are passed once per executor. @default {} */
  readonly init?: JsonObject;
  /** The code also has a function for all completed lines. @default false */
  readonly aggregates?: boolean;
}

/** A flow that is a graph of nodes. */
export interface GraphFlow extends FlowBase {
  readonly kind: "graph";
  /** Nodes in the order of the file, which has no meaning. */
  readonly nodes: readonly FlowNode[];
  /** Outputs by name: the value of a node or of an input, or a literal. */
  readonly outputs: Readonly<Record<string, FlowValue>>;
  /**
   * The whole output, in place of `outputs`. An object contains the outputs by name; any other
   * value becomes the output `output`.
   */
  readonly result?: FlowValue;
}

/** A flow that a role of a chat group can have. */
export type RoleFlow = CodeFlow | GraphFlow;

export interface ChatRole {
  /** Name of the role: letters, digits, `_` and `-`. Unique in its group. */
  readonly role: string;
  /** Input of the role's flow that receives the conversation. */
  readonly historyInput: string;
  /** An output that equals this signal ends the conversation. @default "[STOP]" */
  readonly stopSignal?: string;
}

export interface FlowRole extends ChatRole {
  readonly flow: RoleFlow;
  /** Environment variables for the code of this role. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Executor of the code: a language, a command or the URL of a service. @default the executor of
   * the code's language
   */
  readonly executor?: string;
}

/**
 * A chat group: flows that take turns for each line. Its inputs are the inputs of its roles, as
 * `role.input`.
 */
export interface ChatFlow extends FlowBase {
  readonly kind: "chat";
  /** Roles in the order in which they speak. At least two. */
  readonly roles: readonly FlowRole[];
  /** Maximum number of turns, at least 1. One role speaks per turn. */
  readonly maxTurns: number;
}

export type Flow = RoleFlow | ChatFlow;

/** Code that an executor runs. */
export interface CodePlace {
  /** The language that chooses the executor, e.g. `python` or `typescript`. */
  readonly language: string;
  /** Path of the file relative to the flow's folder, with `/`, e.g. `nodes/score.py`. */
  readonly file: string;
  /** Name of the function in the file. @default the only tool of the file, or its default export */
  readonly name?: string;
}

/** A value of a node's parameter, of an output or of a condition. */
export type FlowValue =
  | { readonly kind: "literal"; readonly value: JsonValue }
  /** `${inputs.question}` */
  | { readonly kind: "input"; readonly input: string; readonly path: ValuePath }
  /** `${fetch.output.text}` */
  | { readonly kind: "node"; readonly node: string; readonly path: ValuePath };

/** Parts of a path after a reference: `.x` and `['x']` are names, `[0]` is a number. */
export type ValuePath = readonly (string | number)[];

interface NodeBase {
  /** Name of the node. Unique in its flow. */
  readonly name: string;
  /** Values by parameter. */
  readonly inputs: Readonly<Record<string, FlowValue>>;
  /**
   * Condition: the node runs only if the value of `when` equals `is`. @default the node runs for
   * each line
   */
  readonly activate?: { readonly when: FlowValue; readonly is: JsonValue };
  /**
   * Run the node once over all completed lines. Its inputs are lists with a value per line.
   * @default false
   */
  readonly aggregation?: boolean;
}

/** Renders a chat template and asks a model. */
export interface LlmNode extends NodeBase {
  readonly kind: "llm";
  /** `<api>/<model>` */
  readonly llm: string;
  /** A Jinja template over the node's inputs. Lines such as `# system:` begin its messages. */
  readonly template: string;
  /** Path of the template's file, for messages. */
  readonly templateFile: string;
  /** Mode of the call. `completion` sends the rendered text as one prompt. @default "chat" */
  readonly mode?: "chat" | "completion";
  readonly parameters: JsonObject;
  /**
   * Names of inputs that are parameters of the model, in addition to `parameters`. @default none
   */
  readonly parameterInputs?: readonly string[];
  /** Parse the answer as JSON. @default false */
  readonly json?: boolean;
}

/** Renders a template. The rendered text is the output. */
export interface PromptNode extends NodeBase {
  readonly kind: "prompt";
  readonly template: string;
  readonly templateFile: string;
}

/** Runs a function of the user. */
export interface CodeNode extends NodeBase {
  readonly kind: "code";
  readonly code: CodePlace;
  /**
   * Parameters for which the function has a default. A bypassed input is not passed to them.
   * @default none
   */
  readonly optional?: readonly string[];
}

export type FlowNode = LlmNode | PromptNode | CodeNode;
