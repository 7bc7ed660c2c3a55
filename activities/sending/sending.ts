import type { Failure } from "../../src/domain/record/outcome.js";
import type { GroupStore } from "../../src/storage/log/group-store.js";
import type { FinalEnd } from "./call-request.js";
import type { CallsInFlight } from "./calls-in-flight.js";
import type { PageContext } from "../contract.js";
import type { Leaser } from "../leaser/leaser.js";
import type { OpenRun } from "../open-runs.js";
import type { OneAtATime } from "./suspects.js";

/** What became of a record in one activity attempt. */
export type RecordResult =
  | { readonly status: "completed" | "failed" | "left" }
  | { readonly status: "again"; readonly failure: Failure; readonly dueAtMs: number }
  | { readonly status: "blocked"; readonly failure: Failure }
  | { readonly status: "stuck"; readonly message: string };

/** How a call ended, for all that wait for it. */
export type CallEnd = FinalEnd | Extract<RecordResult, { status: "again" | "blocked" }>;

/** What the records of a slice share. */
export interface Sending {
  readonly context: PageContext;
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly leaser: Leaser;
  readonly calls: CallsInFlight<CallEnd>;
  readonly mediaFolder: string;
  /** Cancelled by a pause or a cancel: what is not sent yet is left. */
  readonly signal: AbortSignal;
  /** An earlier activity attempt did not finish: each call's start is logged, since its worker may have died of it. */
  readonly isRetried: boolean;
  /** For calls that may have killed their worker. */
  readonly suspects: OneAtATime;
  /** When failed calls are due again, by record and key: lost with the process, and they are due at once then. */
  readonly dueAtMs: Map<string, number>;
}
