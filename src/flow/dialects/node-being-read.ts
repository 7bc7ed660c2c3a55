import { posix } from "node:path";
import type { FlowNode, FlowValue } from "../../domain/flow/flow.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { DagFile } from "./dag-file.js";
import type { PlacedNode } from "./dag-variants.js";

/** A node while it is read. The parts that all types have in common are already read. */
export interface NodeBeingRead extends PlacedNode {
  readonly inputs: Readonly<Record<string, FlowValue>>;
  readonly base: Pick<FlowNode, "name" | "activate" | "aggregation">;
  /** Reports a problem of the node. The message is the end of a sentence. */
  readonly problem: (path: readonly (string | number)[], message: string) => void;
}

/**
 * Returns the given inputs. As in promptflow, empty text and null are left out, so that a
 * parameter's default applies.
 */
export function givenInputs(
  inputs: Readonly<Record<string, FlowValue>>,
): Readonly<Record<string, FlowValue>> {
  const isEmpty = (value: FlowValue): boolean =>
    value.kind === "literal" && (value.value === null || value.value === "");
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isEmpty(value)));
}

/** Returns the path of a node's source, if the file exists. */
export async function sourcePath(
  { given, problem }: NodeBeingRead,
  { folder }: DagFile,
): Promise<string | undefined> {
  const source = given["source"];
  const path = isJsonObject(source) ? source["path"] : source;
  if (typeof path !== "string" || path === "") {
    problem(
      ["source"],
      "it has no `source` with a `path`. Add `source: {type: code, path: FILE}`.",
    );
    return undefined;
  }
  if (isJsonObject(source) && source["type"] !== undefined && source["type"] !== "code") {
    const type = JSON.stringify(source["type"]);
    problem(["source", "type"], `there is no source of type ${type}. Did you mean "code"?`);
    return undefined;
  }
  if (/^(?:\/|\.\.(?:\/|$))/.test(posix.normalize(path))) {
    const message = `its file ${path} is outside of the flow's folder. Add it to \`additional_includes\`, and name it without its folder.`;
    problem(["source", "path"], message);
    return undefined;
  }
  if ((await folder.find(path.split("#")[0] ?? path)) === undefined) {
    problem(["source", "path"], `its file ${path} does not exist in ${folder.folder}.`);
    return undefined;
  }
  return path;
}
