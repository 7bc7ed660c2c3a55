/** Reads from the journal of an earlier run how often each step asked for a row. */
import { join } from "node:path";
import { computed } from "../../../domain/computed.js";
import { isJsonObject } from "../../../domain/json/json.js";
import { addUse, noUse, stepEvidence } from "../../../domain/plan/step-evidence.js";
import type { StepEvidence, StepUse } from "../../../domain/plan/step-evidence.js";
import type { Spend } from "../../../domain/money/spending.js";
import type { TokenCounts } from "../../../domain/tokens/token-counts.js";
import type { CallLine } from "../../../domain/record/log-line.js";
import type { OpenedProviders } from "../../../providers/registry/open-providers.js";
import { openFileBlocks } from "../../../storage/files/file-blocks.js";
import type { FileBlocks } from "../../../storage/files/file-blocks.js";
import { rowsGroup } from "../../../storage/index/build-row-index.js";
import type { LogEntry } from "../../../storage/log/log-entry.js";
import { listLogFiles } from "../../../storage/log/log-files.js";
import { followLog } from "../../../storage/log/log-tail.js";
import { sampleOf } from "../../worker/key-notices.js";

export interface StepSearch {
  /** The state folder of the earlier run. */
  readonly directory: string;
  /** `<api>/<model>` that each step asks. */
  readonly targetOfStep: ReadonlyMap<string, string>;
  readonly tokensOf: OpenedProviders["tokensOf"];
}

const ends: readonly LogEntry["kind"][] = ["completed", "failed", "dropped"];
/** Maximum number of rows whose calls are read. They are sufficient for an estimate. */
const mostRows = 500;

export interface StepsOfRun {
  /** Evidence by step. Empty if no row of the run has ended. */
  readonly evidence: ReadonlyMap<string, StepEvidence>;
  /** Positions of the rows for which all answers exist. */
  readonly completed: ReadonlySet<number>;
  /** Mean time from the sending of a call to its answer in ms, by step. */
  readonly callMs: ReadonlyMap<string, number>;
}

export async function readSteps(search: StepSearch): Promise<StepsOfRun> {
  const { directory } = search;
  const rows = new Set<number>();
  const completed = new Set<number>();
  await readEntries(directory, ({ kind, position }) => {
    if (ends.includes(kind) && rows.size < mostRows) rows.add(position);
    if (kind === "completed" || kind === "dropped") completed.add(position);
  });
  const calls: Located[] = [];
  // The journal is read a second time, so that the calls of a large run need not stay in memory.
  await readEntries(directory, (entry, path) => {
    if (entry.kind === "call" && rows.has(entry.position)) calls.push({ ...entry, path });
  });
  return { ...(await evidenceOf(calls, rows, search)), completed };
}

type Located = LogEntry & { readonly path: string };

async function readEntries(
  directory: string,
  onEntry: (entry: LogEntry, path: string) => void,
): Promise<void> {
  for (const name of await listLogFiles(directory, rowsGroup)) {
    const path = join(directory, name);
    await followLog(directory, name).read((entry) => onEntry(entry, path));
  }
}

async function evidenceOf(
  calls: readonly Located[],
  rows: ReadonlySet<number>,
  search: StepSearch,
): Promise<Omit<StepsOfRun, "completed">> {
  const blocks = openFileBlocks();
  try {
    const uses = new Map<string, Map<number, StepUse>>();
    const times = new Map<string, number[]>();
    for (const call of calls) {
      const { step, use, ms } = await useOf(call, { ...search, blocks });
      if (ms !== undefined) computed(times, step, () => []).push(ms);
      const ofStep = uses.get(step) ?? new Map<number, StepUse>();
      uses.set(step, ofStep.set(call.position, addUse(ofStep.get(call.position) ?? noUse, use)));
    }
    const evidence = (ofStep: ReadonlyMap<number, StepUse>): StepEvidence =>
      stepEvidence([...rows].map((position) => ofStep.get(position) ?? noUse));
    return {
      evidence: new Map([...uses].map(([step, ofStep]) => [step, evidence(ofStep)])),
      callMs: new Map([...times].map(([step, all]) => [step, meanOf(all)])),
    };
  } finally {
    await blocks.close();
  }
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

interface UseOfStep {
  readonly step: string;
  readonly use: StepUse;
  /** Absent for an answer from an earlier run. */
  readonly ms?: number;
}

async function useOf(
  { path, offset, length, spend }: Located,
  { targetOfStep, tokensOf, blocks }: StepSearch & { readonly blocks: FileBlocks },
): Promise<UseOfStep> {
  // The kind of the entry determines the type of its line.
  const line = JSON.parse(await blocks.readText(path, offset, length)) as CallLine;
  const step = /^[^/#]*/.exec(line.key)?.[0] ?? "";
  const { usage } = line.answer ?? {};
  const { api } = sampleOf(targetOfStep.get(step) ?? "");
  const counts = isJsonObject(usage) ? tokensOf(api, usage) : undefined;
  const use = { ...noUse, calls: 1, ...counted(counts), ...paid(spend) };
  const { sentAt, finishedAt } = line;
  return { step, use, ...(sentAt > 0 && { ms: finishedAt - sentAt }) };
}

function counted(counts: TokenCounts | undefined): Partial<StepUse> {
  return counts ? { input: counts.input, output: counts.output } : {};
}

function paid(spend: Spend | undefined): Partial<StepUse> {
  const { cost = null } = spend ?? {};
  return cost === null ? { unknownCalls: 1 } : { cost };
}
