import type { JsonObject, JsonValue } from "../domain/json/json.js";

/** A chat group: flows that talk in turns for each line. */
export interface ChatGroupSettings {
  /** The default name of its runs: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** At least 1. One role speaks in a turn. */
  readonly maxTurns: number;
  /** In the order in which they speak. At least two. */
  readonly roles: readonly ChatRoleSettings[];
}

export interface ChatRoleSettings {
  /** Letters, digits, `_` and `-`. */
  readonly role: string;
  /** A file or folder of a flow, or a module with one. */
  readonly flow: string;
  /**
   * By input of its flow: `${data.topic}`, a literal, and once `${parent.conversation_history}`.
   */
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** An output that equals it ends the conversation. @default "[STOP]" */
  readonly stopSignal?: string;
  /** The variant of a node: `node.variant`. */
  readonly variant?: string;
  /** Arguments of a flow that is a class. */
  readonly init?: JsonObject;
  /** Each connection of the flow with the API that it stands for. */
  readonly connections?: Readonly<Record<string, string>>;
  /** Environment for the flow's code. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * A language, a command, the URL of a service, or `module:PATH`. @default the executor of the
   * code's language
   */
  readonly executor?: string;
}
