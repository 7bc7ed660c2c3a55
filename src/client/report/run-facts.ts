import { basename, isAbsolute, relative, sep } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings, Manifest } from "../../domain/experiment/experiment.js";
import { BatchResult } from "../../domain/flow/result/batch-result.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { HashedFile, Reproduce, RunReport } from "../../domain/report/run-report.js";
import { installedBuild } from "../../local-server/worker/worker-build.js";
import { hashFile } from "../../storage/files/hash-file.js";
import { readJson } from "../../storage/files/read-json.js";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import { readManifest, runPaths } from "../../storage/run/run-folder.js";
import { runKind } from "../../storage/run/run-kind.js";
import { findResult } from "../../storage/run/run-result.js";
import { scoresSoFar } from "../../storage/run/live-scores.js";
import { stageMoneyOf } from "./stage-money.js";

/** Facts from the files of a run, except for its records. */
export interface RunFacts extends Pick<
  RunReport,
  | "name"
  | "kind"
  | "startedAt"
  | "finishedAt"
  | "scores"
  | "metrics"
  | "batchErrors"
  | "stageMoney"
  | "reproduce"
> {
  readonly manifest: Manifest;
  readonly finished: boolean;
  readonly input: number;
}

/**
 * @param mostHashed maximum size in bytes of a completed file to hash. Larger files are left out of
 *   the hashed files.
 * @default Infinity
 */
export async function readRunFacts(directory: string, mostHashed = Infinity): Promise<RunFacts> {
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
    scores: (await scoresSoFar(directory)) ?? [],
    reproduce: await reproduceOf(directory, manifest, mostHashed),
    ...defined({ finishedAt: result?.finishedAt }),
    ...(await batchFacts(directory)),
    ...defined({ stageMoney: await stageMoneyOf(directory, manifest) }),
  };
}

/** Adds the scores so far. The scores of a run in progress change with its answers. */
export async function withScoresSoFar(facts: RunFacts, directory: string): Promise<RunFacts> {
  if (facts.finished) return facts;
  return { ...facts, scores: (await scoresSoFar(directory)) ?? [] };
}

/** Returns the facts of a batch run; empty for a run without the result of a batch. */
async function batchFacts(directory: string): Promise<Pick<RunFacts, "metrics" | "batchErrors">> {
  // The result is ours: only the end of a batch run writes it.
  const json = (await readJson(runPaths(directory).batchResult)) as JsonValue | undefined;
  if (!isJsonObject(json)) return {};
  const { metrics, errorSummary } = BatchResult.fromJson(json);
  const { aggrErrorDict, batchErrorDict } = errorSummary;
  const errors = [
    ...(batchErrorDict ? [batchErrorDict.message] : []),
    ...Object.entries(aggrErrorDict).map(([node, { message }]) => `${node}: ${message}`),
  ];
  return {
    ...(Object.keys(metrics).length > 0 && { metrics }),
    ...(errors.length > 0 && { batchErrors: errors }),
  };
}

async function reproduceOf(
  directory: string,
  manifest: Manifest,
  mostHashed: number,
): Promise<Reproduce> {
  const { inputPath, inputSha256, settings } = manifest;
  const { version, build } = installedBuild();
  const completed = await statIfThere(runPaths(directory).completed);
  const isHashed = completed !== undefined && completed.size <= mostHashed;
  const output = isHashed ? [await hashOutput(directory)] : [];
  return {
    settings: shownSettings(settings),
    versions: { ostinato: `${version} (${build})`, node: process.versions.node },
    ...manifest.started,
    files: [{ role: "input", path: basename(inputPath), sha256: inputSha256 }, ...output],
  };
}

/** Hashes the completed file of a finished run. */
export async function hashOutput(directory: string): Promise<HashedFile> {
  const { completed } = runPaths(directory);
  return { role: "output", path: basename(completed), sha256: await hashFile(completed) };
}

/** Settings whose values are paths if they are absolute. */
const pathKeys: ReadonlySet<string> = new Set(["folder", "path", "schema", "scorer"]);
const hidden: ReadonlySet<string> = new Set(["dataFolder", "envFile"]);

/**
 * Returns the settings with shortened paths, because paths of this machine are useless elsewhere.
 * Paths below the data folder become relative to it. Only the last part of other paths is kept,
 * e.g. of the judge folder.
 */
function shownSettings({ providers, ...settings }: ExperimentSettings): JsonObject {
  const { dataFolder } = settings;
  const named = defined({ providers: providers?.map(lastPart) });
  const text = JSON.stringify({ ...settings, ...named }, (key, value: unknown) => {
    if (hidden.has(key)) return undefined;
    if (typeof value !== "string") return value;
    if (value.startsWith(`${dataFolder}${sep}`)) return relative(dataFolder, value);
    return pathKeys.has(key) ? lastPart(value) : value;
  });
  // The text is the JSON of an object.
  return JSON.parse(text) as JsonObject;
}

function lastPart(path: string): string {
  return isAbsolute(path) ? basename(path) : path;
}
