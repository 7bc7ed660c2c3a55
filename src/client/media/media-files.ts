/** The media tools: files that an experiment names, uploaded to the API that is to read them. */
import type { JsonValue } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { RemoteFiles } from "../../domain/record/remote-files.js";
import type { Environment } from "../connection/ostinato.js";

/** What this folder must know of an API that takes uploads. It is handed in, since the client imports no provider. */
export interface UploadApi {
  /** What a record's `api` names. */
  readonly name: string;
  /** The largest file that it takes. */
  readonly mostBytes: number;
  readonly openFiles: (environment: Environment, model?: string) => Promise<RemoteFiles>;
  /** Equal for models whose files lie in the same account. */
  readonly accountOf: (environment: Environment, model?: string) => string;
  /** The files that a record names, and the uploaded ones where they have names already. */
  readonly mediaNamedIn: (
    record: PromptRecord,
  ) => readonly { readonly path: string; readonly uploadedName?: string }[];
  /** The record's prompt with the uploaded name beside each file. */
  readonly nameUploads: (
    record: PromptRecord,
    nameOf: (path: string) => string | undefined,
  ) => JsonValue;
  readonly readEnvironment: (envFile: string, environment: Environment) => Promise<Environment>;
}

/** Where the key is looked up. */
export interface AccountOptions {
  /** @default ".env" */
  readonly envFile?: string;
  /** @default process.env */
  readonly env?: Environment;
  /** Whose key counts, where a model has one of its own. @default the general key */
  readonly model?: string;
}
