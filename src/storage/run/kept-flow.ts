import { copyFile, cp } from "node:fs/promises";
import { basename, join } from "node:path";

import { UserError } from "../../domain/failure/user-error.js";
import type { Flow } from "../../domain/flow/flow.js";
import type { GroupRates, NamedRates } from "../../domain/rates/rates.js";
import { isThere } from "../files/is-there.js";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";
import { runPaths } from "./run-folder.js";

/** Stands for the language of a flow whose run was imported. */
export const importedLanguage = "promptflow";

/** A flow as its run keeps it: what runs after a crash is what was started. */
export interface KeptFlow {
  readonly version: 1;
  readonly flow: Flow;
  /** By input: where its values came from, for people. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Each connection of the flow with the API that it stands for. */
  readonly connections: Readonly<Record<string, string>>;
  /** The names of the APIs that its code can ask. */
  readonly apis: readonly string[];
  /** Environment for the flow's code. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * A language, a command, the URL of a service, or `module:PATH`. @default the executor of the
   * code's language
   */
  readonly executor?: string;
  /** Maximum number of lines under way in a worker process, and of its executors. */
  readonly workers: number;
  readonly lineTimeoutMs: number;
  /** The rates of models that are known only once a line asks for them. */
  readonly rates: GroupRates;
  readonly rateTable?: readonly NamedRates[];
  /** Lines of the sources that have no partner in another one. */
  readonly droppedLines: number;
  /** The completed lines of this run were taken over. */
  readonly resumedFrom?: string;
  /** The differences from that run, a sentence each. */
  readonly changes?: readonly string[];
}

/** Writes a flow into the staged folder of its run. */
export async function stageFlow(staged: string, flow: KeptFlow): Promise<void> {
  await writeJsonAtomically(join(staged, basename(runPaths(staged).flow)), flow);
}

/**
 * Copies the flow of a run, and its code, into a staged folder. Throws a `UserError` for a run of
 * promptflow, whose code is not part of it.
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
  // Only a start writes it.
  const kept = (await readJson(path)) as KeptFlow | undefined;
  if (!kept) throw new Error(`Expected the flow of a run, found none: ${JSON.stringify(path)}`);
  const version: number = kept.version;
  if (version === 1) return kept;
  throw new UserError(
    `Expected a flow of version 1, got version ${version} in ${JSON.stringify(path)}. Another version of Ostinato made it. Read it with that version.`,
  );
}
