import { inputsByRole } from "../../domain/flow/chat-flow.js";
import { runChatGroup } from "../../domain/flow/chat-group.js";
import type { Flow } from "../../domain/flow/flow.js";
import type { LineEnd } from "../../domain/flow/line.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { ExecutorPool } from "../../executors/lines/executor.js";
import { LineCode } from "./line-code.js";
import type { CodeRun } from "./line-code.js";

export interface FlowRun extends Omit<CodeRun, "turnOf"> {
  /** Executors for the code of a chat group's roles, by role. */
  readonly executors: ReadonlyMap<string, ExecutorPool>;
}

/**
 * Runs a flow for one line. Each turn of a chat group runs the flow of its role, with its own part
 * of the journal. Never rejects because of the line or its flow.
 */
export async function runFlow(flow: Flow, inputs: JsonObject, run: FlowRun): Promise<LineEnd> {
  const { executors, ...code } = run;
  if (flow.kind !== "chat") return new LineCode(code).run(flow, inputs);
  return runChatGroup(flow, inputsByRole(flow, inputs), async ({ role, turn, inputs: own }) => {
    const executor = executors.get(role.role);
    const turnOf = { turn, role: role.role };
    return new LineCode({ ...code, executor, turnOf }).run(role.flow, own);
  });
}
