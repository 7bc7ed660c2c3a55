import { hash } from "node:crypto";
import { join } from "node:path";
import { computed } from "../../../domain/computed.js";
import type { PipelineDefinition } from "../../../pipeline/definition/definition.js";
import type { MappedLine } from "../../../domain/flow/inputs/map-line.js";
import { canonicalJson } from "../../../domain/json/canonical-json.js";
import { parseJsonText } from "../../../domain/json/json-text.js";
import type { JsonObject } from "../../../domain/json/json.js";
import type { StepEvidence } from "../../../domain/plan/step-evidence.js";
import { readInputLines } from "../../../storage/input/input-lines.js";
import { hasFlow, readKeptFlow } from "../../../storage/run/kept-flow.js";
import type { KeptFlow } from "../../../storage/run/kept-flow.js";
import { findKeptPipeline } from "../../../storage/run/pipeline/kept-pipeline.js";
import { newestRuns } from "../../../storage/run/newest-runs.js";
import { runPaths } from "../../../storage/run/run-folder.js";
import type { WalkedRows } from "./plan-steps.js";
import { readSteps } from "./read-steps.js";
import type { StepSearch } from "./read-steps.js";
import { stepsAskedAgain } from "./steps-asked-again.js";

export interface EvidenceOfSteps extends Omit<StepSearch, "directory"> {
  /** Name of the experiment. */
  readonly name: string;
  readonly dataFolder: string;
  /** Set for a pipeline. Steps that have changed since an earlier run are not used as evidence. */
  readonly definition?: PipelineDefinition;
  /** Set for a batch run. Its lines are identified by their inputs if the flow is the same. */
  readonly flow?: Pick<KeptFlow, "flow" | "connections">;
}

/** Equal rows that an earlier run has completed. */
export interface KnownRow {
  /** Steps that ask models again for these rows. */
  readonly asked: ReadonlySet<string>;
  readonly count: number;
}

/** Known rows by `rowDigest`. */
export type KnownRows = ReadonlyMap<string, KnownRow>;

export interface FoundSteps {
  /** Evidence by step. */
  readonly evidence: WalkedRows["evidence"];
  /** Rows of a pipeline whose answers a start reuses. */
  readonly rows: KnownRows;
  /** Mean time of a call in ms, by step. */
  readonly callMs: ReadonlyMap<string, number>;
}

/**
 * Maximum number of runs to read. The newest run may be a preview or a sample, with a whole run
 * before it.
 */
const mostRuns = 5;
const enoughRows = 100_000;

/** Returns the evidence about steps, and the rows with answers, from the newest finished runs. */
export async function findSteps(of: EvidenceOfSteps): Promise<FoundSteps> {
  const { name, dataFolder } = of;
  const evidence = new Map<string, StepEvidence>();
  const rows = new Map<string, KnownRow>();
  const callMs = new Map<string, number>();
  let looked = 0;
  const place = { output: join(dataFolder, "output"), name };
  for await (const { manifest, directory } of newestRuns(place)) {
    const isRows = manifest.groups.some(({ targets }) => targets !== undefined);
    if (manifest.settings.name !== name || !isRows) continue;
    const found = await readRun(directory, of);
    if (!found) continue;
    const { asked, counts } = found;
    const unchanged = [...found.evidence].filter(([step]) => !asked.has(step));
    for (const [step, ofStep] of unchanged) computed(evidence, step, () => ofStep);
    for (const [step, ms] of found.callMs) computed(callMs, step, () => ms);
    for (const [digest, count] of counts) addRows(rows, digest, { asked, count });
    looked += 1;
    if (looked === mostRuns || rows.size >= enoughRows) break;
  }
  return { evidence, rows, callMs };
}

/**
 * Adds the rows of a run. A run that reused the answers of another run has the same rows, so its
 * rows do not count again.
 */
function addRows(rows: Map<string, KnownRow>, digest: string, of: KnownRow): void {
  const before = rows.get(digest);
  const moreAsked = (before?.asked.size ?? Infinity) - of.asked.size;
  const isBetter = moreAsked > 0 || (moreAsked === 0 && of.count > (before?.count ?? 0));
  if (isBetter) rows.set(digest, of);
}

/** Returns the same digest for equal rows. @param row text of the row, as in a run's input */
export function rowDigest(row: string): string {
  return hash("sha256", row).slice(0, 24);
}

interface FoundRun extends Omit<FoundSteps, "rows"> {
  readonly asked: ReadonlySet<string>;
  /** Number of rows with answers, by `rowDigest`. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Reads an earlier run. Returns `undefined` for a run of another kind or with unreadable files. */
async function readRun(
  directory: string,
  { definition, flow, targetOfStep, tokensOf }: EvidenceOfSteps,
): Promise<FoundRun | undefined> {
  try {
    const asked = await (definition
      ? askedOfPipeline(directory, definition)
      : askedOfFlow(directory, flow));
    if (asked === "another-kind") return undefined;
    const { completed, ...found } = await readSteps({ directory, targetOfStep, tokensOf });
    if (asked === "all") return { ...found, asked: new Set(), counts: new Map() };
    return { ...found, asked, counts: await countsOf(directory, completed, textOfRow(flow)) };
  } catch {
    return undefined;
  }
}

/** Steps that ask models again for the rows of a run. */
type Asked = ReadonlySet<string> | "all" | "another-kind";

async function askedOfPipeline(directory: string, now: PipelineDefinition): Promise<Asked> {
  const kept = await findKeptPipeline(directory);
  return kept ? stepsAskedAgain(asDefinition(kept.definition), now) : "another-kind";
}

async function askedOfFlow(directory: string, now: EvidenceOfSteps["flow"]): Promise<Asked> {
  if (!(await hasFlow(directory))) return "another-kind";
  const { flow, connections } = await readKeptFlow(directory);
  const isSame = now && jsonText({ flow, connections }) === jsonText({ ...now });
  return isSame === true ? new Set() : "all";
}

function jsonText(value: object): string {
  return canonicalJson(parseJsonText(JSON.stringify(value)));
}

/**
 * Returns the text that identifies a row. Lines are identified by their inputs, because their
 * numbers may differ.
 */
function textOfRow(flow: EvidenceOfSteps["flow"]): (line: string) => string {
  if (!flow) return (line) => line;
  // The lines are ours: only a start writes them.
  return (line) => JSON.stringify((JSON.parse(line) as MappedLine).inputs);
}

/** Returns a kept definition, which has passed its check. */
function asDefinition(kept: JsonObject): PipelineDefinition {
  return kept as unknown as PipelineDefinition;
}

async function countsOf(
  directory: string,
  completed: ReadonlySet<number>,
  textOf: (line: string) => string,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let position = 0;
  for await (const { text } of readInputLines(runPaths(directory).input)) {
    if (completed.has(position)) {
      const digest = rowDigest(textOf(text));
      counts.set(digest, (counts.get(digest) ?? 0) + 1);
    }
    position += 1;
  }
  return counts;
}
