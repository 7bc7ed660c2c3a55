import type { IndexEntry } from "../../src/storage/log/group-store.js";
import { DayUsedUp } from "../leaser/waiting-line.js";
import { askRecord, outcomeLine } from "./chat.js";
import { targetNameOf } from "./model-states.js";
import { readRecord } from "./read-record.js";
import { RecordCalls } from "./record-calls.js";
import { RecordStopped } from "./record-stopped.js";
import { RecordSlots } from "./record-slots.js";
import type { RecordStart } from "./record-slots.js";
import type { RecordResult, Sending } from "./sending.js";

/**
 * Sends one record until it has an outcome, or cannot continue in this activity attempt.
 */
export async function sendRecord(
  sending: Sending,
  entry: IndexEntry,
  start: RecordStart,
): Promise<RecordResult> {
  const target = targetNameOf(sending.run, entry);
  const slots = new RecordSlots(sending, target, start);
  const calls = new RecordCalls(sending, { entry, target }, slots);
  try {
    return await walk(sending, entry, calls);
  } catch (error) {
    if (error instanceof RecordStopped) return error.result;
    // The group of the record waits for the next day and then sends the record again.
    if (sending.signal.aborted || error instanceof DayUsedUp) return { status: "left" };
    throw error;
  } finally {
    slots.close();
  }
}

async function walk(
  sending: Sending,
  entry: IndexEntry,
  calls: RecordCalls,
): Promise<RecordResult> {
  const { store } = sending;
  const known = store.statusOf(entry.position);
  if (known) return { status: known };
  const record = await readRecord(sending, entry);
  const status = await askRecord(record, async (request) => calls.make(request));
  if (store.statusOf(entry.position)) return { status };
  // A call would have written the outcome. The record needed no call, because it is a chat without
  // messages.
  const outcome = { status: "completed", sentAt: 0, finishedAt: Date.now(), attempts: 0 } as const;
  await store.append(outcomeLine(entry.position, { ...outcome, response: [] }));
  return { status: "completed" };
}
