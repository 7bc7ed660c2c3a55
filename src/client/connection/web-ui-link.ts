import type { Ostinato } from "./ostinato.js";

/**
 * Returns the address of a workflow's page in the Temporal Web UI; `undefined` if the address of
 * the Web UI is unknown.
 */
export function webUiLink(
  ostinato: Pick<Ostinato, "webUi" | "namespace">,
  workflowId: string,
  runId?: string,
): string | undefined {
  if (ostinato.webUi === undefined) return undefined;
  const path = ["namespaces", ostinato.namespace, "workflows", workflowId];
  if (runId !== undefined) path.push(runId);
  return `${ostinato.webUi}/${path.map(encodeURIComponent).join("/")}`;
}
