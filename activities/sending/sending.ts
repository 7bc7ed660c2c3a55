import type { Failure } from "../../src/domain/record/outcome.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import type { CallsInFlight } from "./calls-in-flight.js";
import type { PageContext } from "../contract.js";
import type { Leaser } from "../leaser/leaser.js";
import type { OpenRun } from "../open-runs.js";

/** What became of a record in one activity attempt. */
export type RecordResult =
  | { readonly status: "completed" | "failed" | "left" }
  | { readonly status: "again"; readonly failure: Failure; readonly dueAtMs: number }
  | { readonly status: "blocked"; readonly target: number; readonly failure: Failure }
  | { readonly status: "stuck"; readonly message: string };

/** A call's end; `turn` where the record is to be looked at again, since its chat has further turns. */
export type CallEnd = RecordResult | { readonly status: "turn" };

export interface Sending {
  readonly context: PageContext;
  readonly run: OpenRun;
  readonly store: GroupStore;
  readonly leaser: Leaser;
  readonly calls: CallsInFlight<CallEnd>;
  readonly mediaFolder: string;
  /** Cancelled by a pause or a cancel: what is not sent yet is left. */
  readonly signal: AbortSignal;
  /** Of the slice's records, by position. */
  readonly entries: ReadonlyMap<number, IndexEntry>;
  /** When failed records are due again, by position: lost with the process, and they are due at once then. */
  readonly dueAtMs: Map<number, number>;
}

export function entryOf({ entries }: Sending, position: number): IndexEntry {
  const entry = entries.get(position);
  if (!entry) throw new Error(`There is no record at position ${position}.`);
  return entry;
}
