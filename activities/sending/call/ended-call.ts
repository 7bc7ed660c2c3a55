import { defined } from "../../../src/domain/defined.js";
import type { CallKey } from "../../../src/domain/journal/call-key.js";
import type { CallLine } from "../../../src/domain/record/log-line.js";
import type { Answer } from "../../../src/domain/record/outcome.js";
import type { GroupStore } from "../../../src/storage/log/group-store.js";
import type { FinalEnd } from "./call-request.js";

/** Returns the logged end of a call of a record without an outcome. */
export async function endedCall(
  store: GroupStore,
  position: number,
  key: CallKey,
): Promise<FinalEnd | undefined> {
  if (typeof key === "number") {
    const answer = await store.answerOf(position, key);
    return answer && { status: "answered", answer };
  }
  const line = await store.journalLineOf(position, key);
  if (line?.kind !== "call") return undefined;
  if (line.answer) {
    const { answer, reused } = line;
    return { status: "answered", answer: paidHere(answer, line), ...defined({ reused }) };
  }
  return line.error && { status: "failed", error: line.error };
}

/**
 * Returns an answer without its cost if it comes from an earlier run, because it costs nothing in
 * this run.
 */
function paidHere({ cost, ...answer }: Answer, { reused }: CallLine): Answer {
  return reused ? answer : { ...answer, ...defined({ cost }) };
}
