import { drawFlow } from "../../domain/flow/draw-flow.js";
import { chatFlow } from "../../domain/flow/chat-flow.js";
import type { Flow } from "../../domain/flow/flow.js";
import { UserError } from "../../domain/failure/user-error.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { stepNotes } from "../pipeline/step-notes.js";
import type { StepStatus } from "../status/step-status.js";
import type { BatchSettings, StartingPlace } from "./batch-settings.js";
import { openGiven } from "./open-given.js";
import type { GivenFlow } from "./open-given.js";
import { groupOf } from "./open-chat-group.js";

export interface DrawFlowSettings extends Omit<BatchSettings, "inputs">, StartingPlace {
  /** Counts of a run, shown in the boxes. */
  readonly live?: readonly StepStatus[] | undefined;
}

/**
 * Draws a flow as a mermaid flowchart without running its code. Throws a `UserError` for a flow
 * with problems.
 */
export async function drawBatch(
  given: GivenFlow,
  { live, workingDir: folder = ".", ...settings }: DrawFlowSettings = {},
): Promise<string> {
  const { apis } = await openProviders(settings.providers ?? []);
  const opened = await openGiven(given, { ...settings, inputs: {} }, { folder, apis });
  return drawFlow(flowOf(opened), { notes: stepNotes(live) });
}

function flowOf(opened: Awaited<ReturnType<typeof openGiven>>): Flow {
  if (opened.kind === "flow") return opened.flow;
  const made = chatFlow(groupOf(opened));
  if (made.flow) return made.flow;
  throw new UserError(made.problems.join("\n"));
}
