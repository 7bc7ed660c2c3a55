import type { JsonObject } from "../domain/json/json.js";
import type { Answer } from "../domain/record/outcome.js";
import type { PromptRecord } from "../domain/record/prompt-record.js";
import type { FailureFacts } from "../domain/failure/failure-class.js";
import type { TokenCounts } from "../domain/tokens/token-counts.js";
import type { Environment } from "../domain/environment.js";

/**
 * One API. It answers one question: send this record (or this turn of it), give me its answer.
 * A call that brings no answer throws a `ProviderError`; whatever else is thrown is a bug of the adapter.
 */
export interface Provider {
  /** What a record's `api` names. */
  readonly name: string;
  /** What is wrong with a record and can be known before a call, each in one sentence; empty when nothing is. */
  check: (record: PromptRecord) => readonly string[];
  /** The variables that the record's call needs and that `environment` lacks, for instance `OPENAI_API_KEY_gpt_4o or OPENAI_API_KEY`. */
  missingVariables: (record: PromptRecord, environment: Environment) => readonly string[];
  /** Names of the variables that hold secrets, without the suffix of a model. */
  readonly secretVariables: readonly string[];
  /** The files below the media folder that the record's call will read. @default none */
  readonly media?: (record: PromptRecord) => readonly MediaFile[];
  /** True where a change of model costs so much that an experiment's records go model by model. @default false */
  readonly sortsByModel?: true;
  /** The tokens in an answer's `usage`. @default by the usual names, such as `prompt_tokens` or `input_tokens` */
  readonly tokensOf?: (usage: JsonObject) => TokenCounts | undefined;
  /** The parameters that limit an answer's tokens. @default the usual names, such as `max_tokens` */
  readonly longestAnswer?: readonly string[];
  /** Loads what the first call would have to wait for, which would make it late for its slot. */
  readonly warmUp?: () => Promise<unknown>;
  send: (call: ProviderCall) => Promise<Answer>;
}

export interface MediaFile {
  /** As the prompt names it: below the media folder. */
  readonly path: string;
  /** The largest file that the API takes, in bytes. @default no limit is known */
  readonly mostBytes?: number;
}

export interface ProviderCall {
  readonly record: PromptRecord;
  readonly environment: Environment;
  /** For a chat: which of its turns is to be sent, from 0. Always 0 for other prompts. */
  readonly turn: number;
  /** For a chat: the responses to the turns before. */
  readonly answers: readonly Answer[];
  /** Absolute; media paths in prompts are joined to it. */
  readonly mediaFolder: string;
  /** 1 for the first call of the record, for stand-ins that fail a number of times. */
  readonly attempt: number;
  /** Aborted at the timeout, and where a user aborts calls. */
  readonly signal: AbortSignal;
}

/** What an adapter throws where a call brought no answer. `message` is whole and never contains a key. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly facts: FailureFacts;
  constructor(message: string, facts: FailureFacts, options?: { cause?: unknown }) {
    super(message, options);
    this.facts = facts;
  }
}
