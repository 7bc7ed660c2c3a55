import type { Mutex } from "async-mutex";
import type { Failure } from "../../src/domain/record/outcome.js";
import type { GroupStore } from "../../src/storage/log/group-store.js";
import type { FinalEnd } from "./call/call-request.js";
import type { CallObserver } from "./call/call-observer.js";
import type { CallsInFlight } from "./call/calls-in-flight.js";
import type { PageContext } from "../contract.js";
import type { Leaser } from "../leaser/leaser.js";
import type { OpenRun } from "../open-runs.js";

/** The result of a record in one activity attempt. */
export type RecordResult =
  | { readonly status: "completed" | "failed" }
  /** The record waits for a later attempt, or for the next day if a daily quota is used up. */
  | { readonly status: "left"; readonly usedUpUntilMs?: number }
  | { readonly status: "again"; readonly failure: Failure; readonly dueAtMs: number }
  | { readonly status: "blocked"; readonly failure: Failure }
  | { readonly status: "stuck"; readonly message: string };

/** The result of a call, for all callers that wait for it. */
export type CallEnd = FinalEnd | Extract<RecordResult, { status: "again" | "blocked" }>;

/** State that the records of a slice share. */
export interface Sending {
  readonly context: PageContext;
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly leaser: Leaser;
  readonly calls: CallsInFlight<CallEnd>;
  readonly observer: CallObserver;
  readonly mediaFolder: string;
  /** Fires on a pause or a cancellation. Unsent records are then left. */
  readonly signal: AbortSignal;
  /**
   * True if an earlier activity attempt did not finish. The start of each call is then logged,
   * because the call may have crashed the worker.
   */
  readonly isRetried: boolean;
  /** Held by a call that may have crashed its worker, so that such calls run one by one. */
  readonly suspects: Mutex;
  /**
   * Times at which failed calls are due again, by record and key. If the process is lost, these
   * calls are due at once.
   */
  readonly dueAtMs: Map<string, number>;
}
