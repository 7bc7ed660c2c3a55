import type { JsonObject } from "../domain/json/json.js";
import type { Answer } from "../domain/record/outcome.js";
import type { PromptRecord } from "../domain/record/prompt-record.js";
import type { FailureFacts } from "../domain/failure/failure-class.js";
import type { TokenCounts } from "../domain/tokens/token-counts.js";
import type { Environment } from "../domain/environment.js";

/**
 * An adapter for one API. It sends a record, or a turn of it, and returns the answer. A call
 * without an answer throws a `ProviderError`; any other error is a bug of the adapter.
 */
export interface Provider {
  /** Name of the API in a record's `api`. */
  readonly name: string;
  /**
   * Returns the problems of a record that are known before a call, one sentence each; empty if
   * there are none.
   */
  check: (record: PromptRecord) => readonly string[];
  /**
   * Returns the variables that the record's call needs but `environment` lacks, e.g.
   * `OPENAI_API_KEY_gpt_4o or OPENAI_API_KEY`.
   */
  missingVariables: (record: PromptRecord, environment: Environment) => readonly string[];
  /** Names of the variables with secrets, without a model's suffix. */
  readonly secretVariables: readonly string[];
  /** Returns the files of the media folder that the record's call reads. @default none */
  readonly media?: (record: PromptRecord) => readonly MediaFile[];
  /**
   * True if changing the model is slow. An experiment then sends all records of one model before
   * the next.
   * @default false
   */
  readonly sortsByModel?: true;
  /**
   * Returns the tokens in an answer's `usage`.
   * @default finds the usual names, such as `prompt_tokens` or `input_tokens`
   */
  readonly tokensOf?: (usage: JsonObject) => TokenCounts | undefined;
  /**
   * The public price list for the API's models. @default none, so only the user's own prices count
   */
  readonly priceList?: PriceList;
  /**
   * Parameters that the API requires. They are added to a call if the record lacks them. @default
   * none
   */
  readonly demandedParameters?: JsonObject;
  /**
   * Names of the parameters that limit an answer's tokens. @default the usual names, such as
   * `max_tokens`
   */
  readonly longestAnswer?: readonly string[];
  /**
   * Loads the modules that the first call needs. If they were loaded later, the first call would
   * miss its slot.
   */
  readonly warmUp?: () => Promise<unknown>;
  send: (call: ProviderCall) => Promise<Answer>;
}

/** The entry of an API in the public price lists. */
export interface PriceList {
  /** Name of the vendor. @default found by the address */
  readonly vendor?: string;
  /** Variables that set another address for the API. Another address has its own vendor. */
  readonly baseUrls: readonly string[];
}

export interface MediaFile {
  /** Path in the prompt, relative to the media folder. */
  readonly path: string;
  /** Maximum file size that the API accepts, in bytes. @default no limit is known */
  readonly mostBytes?: number;
}

export interface ProviderCall {
  readonly record: PromptRecord;
  readonly environment: Environment;
  /** Index of the turn of a chat, starting at 0. Always 0 for other prompts. */
  readonly turn: number;
  /** Answers to the earlier turns of a chat. */
  readonly answers: readonly Answer[];
  /** Absolute path. Media paths in prompts are relative to it. */
  readonly mediaFolder: string;
  /** Number of the record's call, starting at 1. Test APIs that fail a number of times use it. */
  readonly attempt: number;
  /** Fires at the timeout, and when a user cancels calls. */
  readonly signal: AbortSignal;
}

/** Thrown by a call without an answer. `message` is complete and never contains a key. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly facts: FailureFacts;
  constructor(message: string, facts: FailureFacts, options?: { cause?: unknown }) {
    super(message, options);
    this.facts = facts;
  }
}
