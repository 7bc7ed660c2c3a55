import type { FailureClass } from "../../../src/domain/failure/failure-class.js";
import type { Answer } from "../../../src/domain/record/outcome.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import type { TokenCounts } from "../../../src/domain/tokens/token-counts.js";
import type { Environment } from "../../../src/domain/environment.js";
import type { Provider } from "../../../src/providers/provider.js";
import type { PlannedReply } from "../../helpers/vendor-server.js";

/** The adapter's facts that the contract suite needs: its vendor's protocol, in examples. */
export interface AdapterUnderTest {
  /** As in the registry, and as the fixture folder is called. */
  readonly name: string;
  /** A new adapter, with no connection yet. */
  readonly create: () => Provider;
  /** A text prompt for a model. */
  readonly record: PromptRecord & { readonly model_name: string };
  /**
   * All variables of a call to the vendor's server at `origin` (`http://127.0.0.1:<port>`) with
   * this key.
   */
  readonly environment: (origin: string, key: string) => Environment;
  /** Those of them without which a call is blocked; the others have a default. */
  readonly requiredVariables: readonly string[];
  /** The body of a successful answer to `record`, and what the adapter makes of it. */
  readonly reply: unknown;
  readonly answer: Answer;
  /** The path of the answer's text in `reply`. */
  readonly textPath: readonly (string | number)[];
  /**
   * Further places in `reply` that decide what a text is, such as a block's `type`. @default none
   */
  readonly decisivePaths?: readonly string[];
  /** Members of a reply in forms that no API documents, and what an answer keeps of them. */
  readonly oddMembers: {
    readonly reply: Readonly<Record<string, unknown>>;
    readonly answer: Partial<Answer>;
  };
  /** The tokens in its `usage`. @default the API tells none */
  readonly tokens?: TokenCounts;
  /** The body of a failure, as the vendor's servers write it. */
  readonly errorBody: (message: string, code?: string) => unknown;
  /** False where the vendor's errors have no codes. @default true */
  readonly hasErrorCodes?: boolean;
  /** The header with a request's id. @default "x-request-id" */
  readonly requestIdHeader?: string;
  /** Every form of a prompt that the API takes: what goes out, and what comes back. */
  readonly forms: readonly PromptFormCase[];
  /** Prompts that it does not take: refused before anything is sent. */
  readonly refusedPrompts: readonly unknown[];
  /**
   * Failures of this vendor only: its own form of Retry-After, no quota, an unknown model, refused
   * content.
   */
  readonly failures: readonly FailureRow[];
  /** The class of the vendor's own client. @default there is none, or none that is used */
  readonly client?: Client;
  /**
   * The same call as for `record`, by the vendor's own client alone (or by `fetch` where it has
   * none), made ready: what the adapter adds to it is measured.
   */
  readonly bareCall: (origin: string, key: string) => Promise<() => Promise<unknown>>;
}

// The parameters of the constructor do not matter here.
type Client = abstract new (...given: never[]) => object;

export interface PromptFormCase {
  readonly title: string;
  /** Differences from `record`. */
  readonly given: Readonly<Record<string, unknown>>;
  /** For a turn of a chat: which one, and the answers to those before. */
  readonly turn?: number;
  readonly answers?: readonly Answer[];
  /** Files of the media folder, by path. */
  readonly media?: Readonly<Record<string, Buffer>>;
  /** The body of the server's answer. @default the adapter's `reply` */
  readonly reply?: unknown;
  readonly sent: {
    /** With the query, if any. */
    readonly path: string;
    readonly body: unknown;
    /** Those that are to be there, in lower case. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** @default the adapter's `answer` */
  readonly answer?: Answer;
}

export interface FailureRow {
  readonly title: string;
  /** Differences from `record`. */
  readonly given?: Readonly<Record<string, unknown>>;
  readonly reply: PlannedReply;
  readonly class: FailureClass["class"];
  /** As in `error.type`: `RateLimit`, `Quota` … */
  readonly type: string;
  readonly retryAfterMs?: number;
  /** Part of the server's message that the error quotes. @default none */
  readonly message?: string;
  /** The call's time limit from the arrival of its request, for a server that hangs. */
  readonly timeoutMs?: number;
}
