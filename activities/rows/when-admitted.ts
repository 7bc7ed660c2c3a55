import type { IndexEntry } from "../../src/storage/log/group-store.js";
import { DayUsedUp } from "../leaser/waiting-line.js";
import type { Slot } from "../sending/record-slots.js";
import type { RecordResult, Sending } from "../sending/sending.js";
import { RowGate } from "./row-gate.js";
import type { StepBoard } from "./step-board.js";

export interface Admission {
  readonly sending: Sending;
  readonly board: StepBoard;
  /** Slot of the row; `undefined` if it has none yet. */
  readonly slot: Slot | undefined;
}

/** Works on a row while the window admits it, unless the row has an outcome. */
export async function whenAdmitted(
  { sending, board, slot }: Admission,
  { position }: Pick<IndexEntry, "position">,
  work: () => Promise<RecordResult>,
): Promise<RecordResult> {
  const gate = new RowGate(sending, slot !== undefined);
  try {
    const known = sending.store.statusOf(position);
    if (known) return { status: known };
    await gate.enter();
    board.enter();
    try {
      return await work();
    } finally {
      board.leave();
    }
  } catch (error) {
    if (sending.signal.aborted || error instanceof DayUsedUp) return { status: "left" };
    throw error;
  } finally {
    gate.leave();
  }
}
