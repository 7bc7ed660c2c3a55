/** Learns from the journal of an earlier run what each step asks for a row. */
import { join } from "node:path";
import { isJsonObject } from "../../domain/json/json.js";
import { addUse, noUse, stepEvidence } from "../../domain/plan/step-evidence.js";
import type { StepEvidence, StepUse } from "../../domain/plan/step-evidence.js";
import type { Spend } from "../../domain/money/spending.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import type { CallLine } from "../../domain/record/log-line.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { openFileBlocks } from "../../storage/files/file-blocks.js";
import type { FileBlocks } from "../../storage/files/file-blocks.js";
import { rowsGroup } from "../../storage/index/build-row-index.js";
import type { LogEntry } from "../../storage/log/log-entry.js";
import { listLogFiles } from "../../storage/log/log-files.js";
import { followLog } from "../../storage/log/log-tail.js";
import { sampleOf } from "../worker/key-notices.js";

export interface StepSearch {
  /** The state folder of the earlier run. */
  readonly directory: string;
  /** By step: the `<api>/<model>` that it asks. */
  readonly targetOfStep: ReadonlyMap<string, string>;
  readonly tokensOf: OpenedProviders["tokensOf"];
}

const ends: readonly LogEntry["kind"][] = ["completed", "failed", "dropped"];
/** Rows whose calls are read. They tell enough. */
const mostRows = 500;

/** By step. Empty if no row of the run has ended. */
export async function readSteps(search: StepSearch): Promise<ReadonlyMap<string, StepEvidence>> {
  const { directory } = search;
  const calls: (LogEntry & { readonly path: string })[] = [];
  const rows = new Set<number>();
  for (const name of await listLogFiles(directory, rowsGroup)) {
    const path = join(directory, name);
    await followLog(directory, name).read((entry) => {
      if (entry.kind === "call") calls.push({ ...entry, path });
      if (ends.includes(entry.kind) && rows.size < mostRows) rows.add(entry.position);
    });
  }
  const blocks = openFileBlocks();
  try {
    const uses = new Map<string, Map<number, StepUse>>();
    for (const call of calls) {
      if (!rows.has(call.position)) continue;
      const { step, use } = await useOf(call, { ...search, blocks });
      const ofStep = uses.get(step) ?? new Map<number, StepUse>();
      uses.set(step, ofStep.set(call.position, addUse(ofStep.get(call.position) ?? noUse, use)));
    }
    const evidenceOf = (ofStep: ReadonlyMap<number, StepUse>): StepEvidence =>
      stepEvidence([...rows].map((position) => ofStep.get(position) ?? noUse));
    return new Map([...uses].map(([step, ofStep]) => [step, evidenceOf(ofStep)]));
  } finally {
    await blocks.close();
  }
}

async function useOf(
  { path, offset, length, spend }: LogEntry & { readonly path: string },
  { targetOfStep, tokensOf, blocks }: StepSearch & { readonly blocks: FileBlocks },
): Promise<{ readonly step: string; readonly use: StepUse }> {
  // An entry of this kind has a line of this kind.
  const line = JSON.parse(await blocks.readText(path, offset, length)) as CallLine;
  const step = /^[^/#]*/.exec(line.key)?.[0] ?? "";
  const { usage } = line.answer ?? {};
  const { api } = sampleOf(targetOfStep.get(step) ?? "");
  const counts = isJsonObject(usage) ? tokensOf(api, usage) : undefined;
  return { step, use: { ...noUse, calls: 1, ...counted(counts), ...paid(spend) } };
}

function counted(counts: TokenCounts | undefined): Partial<StepUse> {
  return counts ? { input: counts.input, output: counts.output } : {};
}

function paid(spend: Spend | undefined): Partial<StepUse> {
  const { cost = null } = spend ?? {};
  return cost === null ? { unknownCalls: 1 } : { cost };
}
