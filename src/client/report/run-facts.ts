import { basename, relative, sep } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings, Manifest } from "../../domain/experiment/experiment.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { HashedFile, Reproduce, RunReport } from "../../domain/report/run-report.js";
import { installedBuild } from "../../local-server/worker/worker-build.js";
import { hashFile } from "../../storage/files/hash-file.js";
import { isThere } from "../../storage/files/is-there.js";
import { readManifest, runPaths } from "../../storage/run/run-folder.js";
import { runKind } from "../../storage/run/run-kind.js";
import { findResult } from "../../storage/run/run-result.js";
import { findScores } from "../../storage/run/run-scores.js";

/** The facts about a run in its files, without its records. */
export interface RunFacts extends Pick<
  RunReport,
  "name" | "kind" | "startedAt" | "finishedAt" | "scores" | "reproduce"
> {
  readonly manifest: Manifest;
  readonly finished: boolean;
  readonly input: number;
}

export async function readRunFacts(directory: string): Promise<RunFacts> {
  const manifest = await readManifest(directory);
  const result = await findResult(directory);
  const { settings, createdAt, records, invalid } = manifest;
  return {
    manifest,
    name: settings.name,
    kind: await runKind(directory),
    finished: result !== undefined,
    input: records + invalid,
    startedAt: createdAt,
    scores: (await findScores(directory)) ?? [],
    reproduce: await reproduceOf(directory, manifest),
    ...defined({ finishedAt: result?.finishedAt }),
  };
}

async function reproduceOf(directory: string, manifest: Manifest): Promise<Reproduce> {
  const { completed } = runPaths(directory);
  const { inputPath, inputSha256, settings } = manifest;
  const { version, build } = installedBuild();
  const output: HashedFile[] = (await isThere(completed))
    ? [{ role: "output", path: basename(completed), sha256: await hashFile(completed) }]
    : [];
  return {
    settings: shownSettings(settings),
    versions: { ostinato: `${version} (${build})`, node: process.versions.node },
    files: [{ role: "input", path: basename(inputPath), sha256: inputSha256 }, ...output],
  };
}

/** Paths of this machine are useless elsewhere. Those below the data folder stay, relative to it. */
function shownSettings(settings: ExperimentSettings): JsonObject {
  const { dataFolder } = settings;
  const hidden = new Set(["dataFolder", "envFile"]);
  const text = JSON.stringify(settings, (key, value: unknown) => {
    if (hidden.has(key)) return undefined;
    const isInside = typeof value === "string" && value.startsWith(`${dataFolder}${sep}`);
    return isInside ? relative(dataFolder, value) : value;
  });
  return JSON.parse(text) as JsonObject;
}
