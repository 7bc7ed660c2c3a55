import { shellWord } from "../../domain/shell-word.js";
import { hintOf } from "../../domain/nearest-match.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import { rowsAtLeaf } from "../../storage/completed/rows-at-leaf.js";
import { readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { readManifest } from "../../storage/run/run-folder.js";
import { findFinished } from "../answers/find-finished.js";
import type { Ostinato } from "../connection/ostinato.js";
import type { FindOptions } from "../connection/find-options.js";

export interface LoadOptions extends FindOptions {
  /** Step whose rows are returned. @default the only step without successors */
  readonly leaf?: string;
}

/**
 * Yields the rows of a pipeline's latest run in the order of its input. A cancelled run has only
 * the rows that have ended. Throws a `UserError` if the run is in progress, is not a pipeline, or
 * has no such step.
 */
export async function* loadResult(
  ostinato: Ostinato,
  name: string,
  { leaf, ...options }: LoadOptions = {},
): AsyncGenerator<JsonObject, void, undefined> {
  const { directory } = await findFinished(ostinato, name, options);
  const { groups } = await readManifest(directory);
  if (groups.length > 0 && !groups.some(({ targets }) => targets !== undefined)) {
    throw new UserError(
      `"${name}" is an experiment, not a pipeline. Read its answers with \`ostinato results ${shellWord(name)}\`.`,
    );
  }
  const { leaves } = await readKeptPipeline(directory);
  const rows = rowsAtLeaf(directory, chosen(name, leaves, leaf));
  for await (const { row } of rows) yield row;
}

function chosen(name: string, leaves: readonly string[], leaf: string | undefined): string {
  const [only = "", ...others] = leaves;
  if (leaf === undefined && others.length === 0) return only;
  if (leaf !== undefined && leaves.includes(leaf)) return leaf;
  if (leaf === undefined) {
    throw new UserError(
      `The result of "${name}" has several subsets: ${leaves.join(", ")}. Name one of them as \`leaf\`.`,
    );
  }
  throw new UserError(`The result of "${name}" has no subset "${leaf}". ${hintOf(leaf, leaves)}`);
}
