/**
 * A flow: code, or a graph of nodes, that is run for each line of an input. All notations become
 * one of these.
 */
import type { JsonObject, JsonValue } from "../json/json.js";

/**
 * The types of promptflow's inputs. `object` and `list` also take JSON text; `any` takes a value as
 * it is.
 */
export type ValueType = "string" | "int" | "double" | "bool" | "list" | "object" | "image" | "any";

export interface FlowInput {
  readonly type: ValueType;
  /** @default none: a line must have a value */
  readonly default?: JsonValue;
}

interface FlowBase {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** In the order of their declaration. */
  readonly inputs: Readonly<Record<string, FlowInput>>;
}

/** A flow whose code handles a whole line: a function, or a class with a method for a line. */
export interface CodeFlow extends FlowBase {
  readonly kind: "code";
  readonly code: CodePlace;
  /** Arguments of the class, once an executor. @default {} */
  readonly init?: JsonObject;
  /** The code also has a function for all completed lines. @default false */
  readonly aggregates?: boolean;
}

/** A flow that is a graph of nodes. */
export interface GraphFlow extends FlowBase {
  readonly kind: "graph";
  /** In the order of the file, which means nothing. */
  readonly nodes: readonly FlowNode[];
  /** By name: the value of a node or of an input, or a literal. */
  readonly outputs: Readonly<Record<string, FlowValue>>;
  /**
   * The output as a whole, in place of `outputs`: an object has the outputs by name, any other
   * value becomes `output`.
   */
  readonly result?: FlowValue;
}

/** A flow that one role of a chat group can be. */
export type RoleFlow = CodeFlow | GraphFlow;

export interface ChatRole {
  /** Letters, digits, `_` and `-`. Unique in its group. */
  readonly role: string;
  /** The role's flow takes the conversation as this input. */
  readonly historyInput: string;
  /** An output that equals it ends the conversation. @default "[STOP]" */
  readonly stopSignal?: string;
}

export interface FlowRole extends ChatRole {
  readonly flow: RoleFlow;
  /** Environment for the code of this role. */
  readonly variables: Readonly<Record<string, string>>;
  /** A language, a command or the URL of a service. @default the executor of the code's language */
  readonly executor?: string;
}

/**
 * A chat group: flows that talk in turns for each line. Its inputs are those of its roles, as
 * `role.input`.
 */
export interface ChatFlow extends FlowBase {
  readonly kind: "chat";
  /** In the order in which they speak. At least two. */
  readonly roles: readonly FlowRole[];
  /** At least 1. One role speaks in a turn. */
  readonly maxTurns: number;
}

export type Flow = RoleFlow | ChatFlow;

/** Code that an executor runs. */
export interface CodePlace {
  /** The language that chooses the executor, e.g. `python` or `typescript`. */
  readonly language: string;
  /** The file, relative to the flow's folder, with `/`, e.g. `nodes/score.py`. */
  readonly file: string;
  /** The name in the file. @default the only tool of the file, or its default export */
  readonly name?: string;
}

/** A value of a node's parameter, of an output or of a condition. */
export type FlowValue =
  | { readonly kind: "literal"; readonly value: JsonValue }
  /** `${inputs.question}` */
  | { readonly kind: "input"; readonly input: string; readonly path: ValuePath }
  /** `${fetch.output.text}` */
  | { readonly kind: "node"; readonly node: string; readonly path: ValuePath };

/** The parts behind a reference: `.x` and `['x']` are names, `[0]` is a number. */
export type ValuePath = readonly (string | number)[];

interface NodeBase {
  /** Unique in its flow. */
  readonly name: string;
  /** By parameter. */
  readonly inputs: Readonly<Record<string, FlowValue>>;
  /** The node runs only where this value equals `is`. @default it runs for each line */
  readonly activate?: { readonly when: FlowValue; readonly is: JsonValue };
  /** It runs once, over all completed lines, which its inputs list. @default false */
  readonly aggregation?: boolean;
}

/** Renders a chat template and asks a model. */
export interface LlmNode extends NodeBase {
  readonly kind: "llm";
  /** `<api>/<model>` */
  readonly llm: string;
  /** A Jinja template over the node's inputs; `# system:` lines part its messages. */
  readonly template: string;
  /** The file of the template, for messages. */
  readonly templateFile: string;
  /** `completion` sends the rendered text as one prompt. @default "chat" */
  readonly mode?: "chat" | "completion";
  readonly parameters: JsonObject;
  /**
   * Names of inputs that are parameters of the model, in addition to `parameters`. @default none
   */
  readonly parameterInputs?: readonly string[];
  /** The answer is parsed as JSON. @default false */
  readonly json?: boolean;
}

/** Renders a template; its output is the text. */
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
   * Parameters for which the function has a default: a bypassed input is left out there. @default
   * none
   */
  readonly optional?: readonly string[];
}

export type FlowNode = LlmNode | PromptNode | CodeNode;
