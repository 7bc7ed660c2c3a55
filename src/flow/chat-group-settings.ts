import type { JsonObject, JsonValue } from "../domain/json/json.js";

/** A chat group: flows that take turns for each line. */
export interface ChatGroupSettings {
  /** Default name of its runs: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** Maximum number of turns, at least 1. One role speaks per turn. */
  readonly maxTurns: number;
  /** Roles in the order in which they speak. At least two. */
  readonly roles: readonly ChatRoleSettings[];
}

export interface ChatRoleSettings {
  /** Name of the role: letters, digits, `_` and `-`. */
  readonly role: string;
  /** A file or folder of a flow, or a module with a flow. */
  readonly flow: string;
  /**
   * Inputs of the role's flow: `${data.topic}` or a literal, and for one input
   * `${parent.conversation_history}`.
   */
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** An output that equals this signal ends the conversation. @default "[STOP]" */
  readonly stopSignal?: string;
  /** Variant of one node, as `node.variant`. */
  readonly variant?: string;
  /** Constructor arguments of a flow that is a class. */
  readonly init?: JsonObject;
  /** API for each connection of the flow. */
  readonly connections?: Readonly<Record<string, string>>;
  /** Environment variables for the flow's code. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Executor of the code: a language, a command, the URL of a service, or `module:PATH`. @default
   * the executor of the code's language
   */
  readonly executor?: string;
}
