import { codePlacesOf } from "../../domain/flow/code-places.js";
import type { RoleFlow } from "../../domain/flow/flow.js";
import { UserError } from "../../domain/failure/user-error.js";
import { withCodeFacts } from "../../flow/with-code-facts.js";
import { executorOf } from "../../flow/code/executor-of.js";
import type { BatchSettings } from "./batch-settings.js";
import type { OpenedFlow } from "./open-flow.js";

/**
 * Loads the code of a staged flow once in its executor, so that code that cannot be loaded fails
 * before the first line. Returns the flow with the facts that the code reports about itself. Throws
 * a `UserError` with every problem.
 */
export async function greetCode(
  { flow, connections, variables }: OpenedFlow,
  settings: BatchSettings,
  staged: string,
): Promise<RoleFlow> {
  if (codePlacesOf(flow).length === 0) return flow;
  const given = { ...variables, ...settings.variables };
  const { executor: chosen } = settings;
  const code = { flow, connections, variables: given, executor: chosen, workers: 1 };
  const executor = executorOf(code, staged);
  if (!executor) return flow;
  try {
    const { flow: known, problems } = withCodeFacts(flow, await executor.start());
    if (problems.length === 0) return known;
    throw new UserError(
      `The code of the flow does not fit:\n${problems.map((problem) => `  ${problem}`).join("\n")}\nNothing was run.`,
    );
  } finally {
    await executor.end();
  }
}
