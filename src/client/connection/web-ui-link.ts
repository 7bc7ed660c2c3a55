import type { Ostinato } from "./ostinato.js";

/** The page of a workflow in the Temporal Web UI; `undefined` if its address is unknown. */
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
