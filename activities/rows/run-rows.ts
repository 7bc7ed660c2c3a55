import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import type { SendPromptsInput, SliceResult } from "../contract.js";
import { sendPrompts } from "../sending/send-prompts.js";
import type { SendPromptsDependencies } from "../sending/send-prompts.js";
import type { Sending } from "../sending/sending.js";
import type { SendingTo } from "./row-calls.js";
import { walkOne } from "./walk-one.js";

/** Walks a slice of rows. After a cancellation, calls in flight end normally, and the rows are left. */
export async function runRows(
  dependencies: SendPromptsDependencies,
  input: SendPromptsInput,
): Promise<SliceResult> {
  const pipeline = await dependencies.run.pipeline();
  return sendPrompts(dependencies, input, async (sending, entry, { slot }) =>
    walkOne({ sending, pipeline, sendingTo: sendingTo(dependencies, sending) }, entry, slot),
  );
}

/** The calls of a row lease from the limits of their own models. */
function sendingTo({ leasers }: SendPromptsDependencies, sending: Sending): SendingTo {
  const { context } = sending;
  return (target) => {
    const plan = context.targets?.find((one) => one.target === target);
    if (!plan) throw new Error(`Expected a model of the pipeline, got ${JSON.stringify(target)}.`);
    const { limitKey, limitId } = plan;
    const { directory, group, groupId, pageId, priority, resumes } = context;
    // The rates of rows must not stand in for those of the model.
    const own = { limitKey, limitId, ...currentRatesOf(plan) };
    const shared = { directory, group, groupId, pageId, priority, resumes };
    return { ...sending, context: { ...shared, ...own }, leaser: leasers.of(plan) };
  };
}
