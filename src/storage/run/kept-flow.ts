import { copyFile, cp } from "node:fs/promises";
import { basename, join } from "node:path";

import { UserError } from "../../domain/failure/user-error.js";
import type { Flow } from "../../domain/flow/flow.js";
import type { GroupRates, NamedRates } from "../../domain/rates/rates.js";
import { isThere } from "../files/is-there.js";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";
import { runPaths } from "./run-folder.js";

/** Language of a flow whose run was imported from promptflow. */
export const importedLanguage = "promptflow";

/** A flow as its run stores it. After a crash, the same flow runs as at the start. */
export interface KeptFlow {
  readonly version: 1;
  readonly flow: Flow;
  /** Origin of each input's values, for display. */
  readonly mapping: Readonly<Record<string, string>>;
  /** API for each connection of the flow. */
  readonly connections: Readonly<Record<string, string>>;
  /** Names of the APIs that its code can ask. */
  readonly apis: readonly string[];
  /** Environment variables for the flow's code. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Executor of the code: a language, a command, the URL of a service, or `module:PATH`. @default
   * the executor of the code's language
   */
  readonly executor?: string;
  /** Maximum number of lines in progress in a worker process, and of its executors. */
  readonly workers: number;
  readonly lineTimeoutMs: number;
  /** Rates of models that become known only when a line asks for them. */
  readonly rates: GroupRates;
  readonly rateTable?: readonly NamedRates[];
  /** Number of lines that are missing in at least one source. */
  readonly droppedLines: number;
  /** Run whose completed lines were reused. */
  readonly resumedFrom?: string;
  /** Differences from that run, one sentence each. */
  readonly changes?: readonly string[];
}

/** Writes a flow into the staged folder of its run. */
export async function stageFlow(staged: string, flow: KeptFlow): Promise<void> {
  await writeJsonAtomically(join(staged, basename(runPaths(staged).flow)), flow);
}

/**
 * Copies the flow of a run, and its code, into a staged folder. Throws a `UserError` for an
 * imported run of promptflow, which does not contain its code.
 */
export async function copyFlow(directory: string, staged: string): Promise<void> {
  const { flow, code } = runPaths(directory);
  const { flow: kept } = await readKeptFlow(directory);
  if (kept.kind === "code" && kept.code.language === importedLanguage) {
    throw new UserError(
      "This run was imported, without its code. Run the flow with --resume-from and the name of this run.",
    );
  }
  await copyFile(flow, join(staged, basename(flow)));
  if (await isThere(code)) await cp(code, join(staged, basename(code)), { recursive: true });
}

export async function hasFlow(directory: string): Promise<boolean> {
  return isThere(runPaths(directory).flow);
}

export async function readKeptFlow(directory: string): Promise<KeptFlow> {
  const path = runPaths(directory).flow;
  // The file is ours: only a start writes it.
  const kept = (await readJson(path)) as KeptFlow | undefined;
  if (!kept) throw new Error(`Expected the flow of a run, found none: ${JSON.stringify(path)}`);
  const version: number = kept.version;
  if (version === 1) return kept;
  throw new UserError(
    `Expected a flow of version 1, got version ${version} in ${JSON.stringify(path)}. Another version of Ostinato made it. Read it with that version.`,
  );
}
