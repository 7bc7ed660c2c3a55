import type { ExperimentSettings, GroupPlan } from "../domain/experiment.js";
import type { LogLine } from "../domain/log-line.js";
import { IndexBuilder, indexPath, inputOrderPath } from "./group-index.js";
import { limitIdOfKey } from "./limit-id-of-key.js";
import { writeLogWhole } from "./log-files.js";
import { ModelOrder } from "./model-order.js";
import { planGroups } from "./plan-groups.js";
import { invalidGroup } from "./run-folder.js";
import type { CheckedInput, ScanOptions } from "./scan-input.js";
import { scanInput } from "./scan-input.js";
import { slug } from "./slug.js";
import { writeAtomically } from "./write-atomically.js";

export interface BuiltIndexes {
  readonly checked: CheckedInput;
  readonly groups: readonly GroupPlan[];
  /** Writes the indexes, and the outcomes of invalid lines, to the state folder. Safe to repeat. */
  readonly write: (directory: string, now: Date) => Promise<void>;
}

interface GroupBuild {
  readonly index: IndexBuilder;
  readonly targets: Set<number>;
}

/** Checks the input and learns where its records lie, in one pass; nothing is written yet. Throws `UserError`. */
export async function buildIndexes(
  path: string,
  settings: ExperimentSettings,
  options: ScanOptions,
): Promise<BuiltIndexes> {
  const rule = planGroups(settings);
  const builds = new Map<string, GroupBuild>();
  const invalid = new IndexBuilder();
  const problems: string[] = [];
  const order = new ModelOrder();
  const checked = await scanInput(path, options, (scanned) => {
    const { offset, length, line } = scanned.line;
    if ("problem" in scanned) {
      invalid.add({ offset, length, target: 0, line });
      problems.push(scanned.problem);
      return;
    }
    const build = buildOf(builds, rule.groupOf(scanned.record));
    const { record, target } = scanned;
    if (options.sortsByModel?.(record.api)) order.add(record.api, build.index, { target, line });
    build.index.add({ offset, length, target: scanned.target, line });
    build.targets.add(scanned.target);
  });
  order.apply(checked.targets);
  const groups = [...builds].map(([name, { index, targets }]): GroupPlan => {
    const names = [...targets].map((target) => checked.targets[target] ?? "");
    const limitKey = rule.limitKeyOf(name, names);
    return {
      name,
      slug: slug(name),
      records: index.count,
      limitKey,
      limitId: limitIdOfKey(limitKey),
      requestsPerMinute: rule.requestsPerMinuteOf(name),
      ...(settings.inFlight === undefined ? {} : { inFlight: settings.inFlight }),
    };
  });
  return {
    checked,
    groups,
    write: async (directory, now) => {
      for (const [name, { index }] of builds) {
        await writeAtomically(indexPath(directory, slug(name)), index.bytes());
        const inputOrder = index.inputOrderBytes();
        if (inputOrder) await writeAtomically(inputOrderPath(directory, slug(name)), inputOrder);
      }
      if (invalid.count > 0) await writeInvalid(directory, invalid, invalidLines(problems, now));
    },
  };
}

function buildOf(builds: Map<string, GroupBuild>, name: string): GroupBuild {
  const known = builds.get(name);
  if (known) return known;
  const build = { index: new IndexBuilder(), targets: new Set<number>() };
  builds.set(name, build);
  return build;
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
