import type { ActivityOptions } from "@temporalio/workflow";
import type { SendPromptsInput } from "../../activities/contract.js";
import { defined } from "../../src/domain/defined.js";
import { countSlots } from "../../src/domain/limit/slots.js";
import type { Slice } from "./cut-into-slices.js";

/**
 * Returns the options of a slice's activity. A slice that lasts for minutes has few heartbeats,
 * because each is a write on the server.
 */
export function optionsOf({ summary, records, slots }: Slice): ActivityOptions {
  const isLong = records > countSlots(slots);
  return { summary, ...(isLong && { heartbeatTimeout: "1 minute" }) };
}

/** Returns the slice's part of an activity's input. */
export function sendingOf({
  ranges,
  slots,
  tokens,
}: Slice): Pick<SendPromptsInput, "ranges" | "slots" | "tokens"> {
  return { ranges, slots, ...defined({ tokens }) };
}
