import { createHash } from "node:crypto";

import { defined } from "../../domain/defined.js";
import type { GroupPlan, PipelineInput } from "../../domain/experiment/experiment.js";
import { anyTarget } from "../../domain/experiment/target-plan.js";
import { keyOfRows } from "../../domain/limit/limit-key.js";
import { mostRequestsPerMinute } from "../../domain/rates/rates.js";
import { readInputLines } from "../input/input-lines.js";
import { writeAtomically } from "../files/write-atomically.js";
import { limitIdOfKey } from "../run/limit-id-of-key.js";
import type { BuiltIndexes } from "./build-indexes.js";
import { IndexBuilder, indexPath } from "./group-index.js";

/** Name of the group of a pipeline's rows. */
export const rowsGroup = "rows";

/**
 * Number in place of an `<api>/<model>` of the manifest. Which models a row calls is known only
 * during its walk.
 */
const noTarget = 0xffff;

export interface RowIndexOptions {
  /** Name of the experiment. */
  readonly name: string;
  readonly pipeline: PipelineInput;
  readonly onProgress?: () => void;
}

/** Finds the offsets of a pipeline's rows, one per line. Writes nothing yet. */
export async function buildRowIndex(
  path: string,
  { name, pipeline, onProgress }: RowIndexOptions,
): Promise<BuiltIndexes> {
  const { targets, window, rowsWanted } = pipeline;
  const index = new IndexBuilder();
  const hash = createHash("sha256");
  const onBytes = (bytes: Buffer): void => {
    hash.update(bytes);
    onProgress?.();
  };
  for await (const { offset, length, line } of readInputLines(path, { onBytes })) {
    index.add({ offset, length, target: noTarget, line });
  }
  const limitKey = keyOfRows(name);
  const plan: GroupPlan = {
    name: rowsGroup,
    slug: rowsGroup,
    records: index.count,
    limitKey,
    limitId: limitIdOfKey(limitKey),
    // Only the window decides when a row starts.
    requestsPerMinute: mostRequestsPerMinute,
    inFlight: window,
    targets,
    ...defined({ rowsWanted }),
  };
  return {
    checked: {
      records: index.count,
      invalid: 0,
      sha256: hash.digest("hex"),
      targets: targets.map(({ target }) => target).filter((target) => target !== anyTarget),
      sampleByTarget: new Map(),
    },
    groups: index.count > 0 ? [plan] : [],
    write: async (directory) => {
      await writeAtomically(indexPath(directory, rowsGroup), index.bytes());
    },
  };
}
