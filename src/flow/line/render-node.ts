import type { PromptNode } from "../../domain/flow/flow.js";
import type { JsonObject } from "../../domain/json/json.js";
import { renderTemplate } from "../templates/flow-template.js";

/**
 * Returns the text of a prompt node. Throws a `RowError` if its template fails for these inputs.
 */
export function renderNode({ template }: PromptNode, inputs: JsonObject): string {
  return renderTemplate(template, inputs);
}
