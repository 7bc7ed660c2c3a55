import type { ExperimentSettings, GroupPlan } from "../../domain/experiment/experiment.js";
import type { PlannedGroup } from "../../domain/rates/group-table.js";
import { GroupTable } from "../../domain/rates/group-table.js";
import type { LogLine } from "../../domain/record/log-line.js";
import { IndexBuilder, indexPath, inputOrderPath } from "./group-index.js";
import { groupSlugs } from "./group-slugs.js";
import { limitIdOfKey } from "../run/limit-id-of-key.js";
import { writeLogWhole } from "../log/log-files.js";
import { ModelOrder } from "./model-order.js";
import { invalidGroup } from "../run/run-folder.js";
import type { CheckedInput, ScanOptions } from "../input/scan-input.js";
import { scanInput } from "../input/scan-input.js";
import { writeAtomically } from "../files/write-atomically.js";

export interface BuiltIndexes {
  readonly checked: CheckedInput;
  readonly groups: readonly GroupPlan[];
  /** Writes the indexes, and the outcomes of invalid lines, to the state folder. Safe to repeat. */
  readonly write: (directory: string, now: Date) => Promise<void>;
}

/**
 * Checks the input and finds the offsets of its records in one pass. Writes nothing yet. Throws a
 * `UserError` for an invalid input.
 */
export async function buildIndexes(
  path: string,
  settings: ExperimentSettings,
  options: ScanOptions,
): Promise<BuiltIndexes> {
  const table = new GroupTable(settings, options.sortsByModel);
  const indexes = new Map<string, IndexBuilder>();
  const invalid = new IndexBuilder();
  const problems: string[] = [];
  const order = new ModelOrder();
  const checkRecord: ScanOptions["checkRecord"] = (record) => [
    ...options.checkRecord(record),
    ...table.problemsOf(record),
  ];
  const checked = await scanInput(path, { ...options, checkRecord }, (scanned) => {
    const { offset, length, line } = scanned.line;
    if ("problem" in scanned) {
      invalid.add({ offset, length, target: 0, line });
      problems.push(scanned.problem);
      return;
    }
    const { record, target } = scanned;
    const name = table.add(record);
    const index = indexes.get(name) ?? new IndexBuilder();
    indexes.set(name, index);
    if (options.sortsByModel?.(record.api)) order.add(record.api, index, { target, line });
    index.add({ offset, length, target, line });
  });
  order.apply(checked.targets);
  const groups = toPlans(table.groups);
  return {
    checked,
    groups,
    write: async (directory, now) => {
      for (const { name, slug } of groups) {
        const index = indexes.get(name) ?? new IndexBuilder();
        await writeAtomically(indexPath(directory, slug), index.bytes());
        const inputOrder = index.inputOrderBytes();
        if (inputOrder) await writeAtomically(inputOrderPath(directory, slug), inputOrder);
      }
      if (invalid.count > 0) await writeInvalid(directory, invalid, invalidLines(problems, now));
    },
  };
}

/** Returns the plans of the groups. Groups without records are only displayed. */
function toPlans(planned: readonly PlannedGroup[]): readonly GroupPlan[] {
  const groups = planned.filter(({ records }) => records > 0);
  const slugs = groupSlugs(groups.map(({ name }) => name));
  return groups.map((group) => ({
    ...group,
    slug: slugs.get(group.name) ?? "",
    limitId: limitIdOfKey(group.limitKey),
  }));
}

async function writeInvalid(
  directory: string,
  index: IndexBuilder,
  lines: readonly LogLine[],
): Promise<void> {
  await writeAtomically(indexPath(directory, invalidGroup), index.bytes());
  await writeLogWhole({ directory, slug: invalidGroup, writer: "preparation" }, lines);
}

function invalidLines(problems: readonly string[], now: Date): LogLine[] {
  const finishedAt = now.getTime();
  return problems.map((message, position) => {
    const error = { type: "invalid-record", message };
    const outcome = { status: "failed", sentAt: 0, finishedAt, attempts: 0, error } as const;
    return { kind: "outcome", position, finishedAt, outcome };
  });
}
