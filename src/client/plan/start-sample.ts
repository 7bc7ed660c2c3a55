import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomSample } from "../../domain/plan/random-sample.js";
import { loadLineForm } from "../../pipeline/templates/line-form.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { validLines } from "../../storage/input/valid-lines.js";
import type { Ostinato } from "../connection/ostinato.js";
import { checkExperiment } from "../start/check-experiment.js";
import type { GivenSettings } from "../start/check-experiment.js";
import { startExperiment } from "../start/start-experiment.js";
import type { StartedExperiment } from "../start/start-experiment.js";

export interface SampleOptions {
  /** Number of records. */
  readonly size: number;
  /** Seed of the sample. The same seed draws the same records of a file. @default 1 */
  readonly seed?: number;
}

/**
 * Starts an experiment with randomly drawn records, as a run of the same name. A later start of the
 * whole file reuses the answers, and `planExperiment` uses them for its estimate. Rephrase and
 * judge stages are skipped. Throws a `UserError` like `startExperiment`.
 */
export async function startSample(
  ostinato: Ostinato,
  given: GivenSettings,
  { size, seed = 1 }: SampleOptions,
): Promise<StartedExperiment> {
  const { name, file, settings } = await checkExperiment(given, ostinato.env);
  const { checkRecord } = await openProviders(settings.providers);
  const sample = randomSample<string>(size, seed);
  for await (const text of validLines(file, checkRecord, await loadLineForm(settings.form))) {
    sample.add(text);
  }
  const folder = await mkdtemp(join(tmpdir(), "ostinato-sample-"));
  try {
    const drawn = join(folder, "sample.jsonl");
    await writeFile(drawn, `${sample.items().join("\n")}\n`);
    return await startExperiment(ostinato, { ...ofSample(given), name, file: drawn });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Settings that a sample leaves out. The drawn lines are records already, and later stages are not
 * sampled.
 */
const leftOut = [
  "models",
  "parameters",
  "promptColumn",
  "template",
  "rephraseFolder",
  "rephraseModels",
  "rephraseTemplates",
  "rephraseParser",
  "removeOriginal",
  "onlyRephrase",
  "judgeFolder",
  "judges",
  "judgeTemplates",
  "scorers",
  "outputAsCsv",
  "moveToInput",
] satisfies readonly (keyof GivenSettings)[];

function ofSample(given: GivenSettings): Partial<GivenSettings> {
  const names: readonly string[] = leftOut;
  return Object.fromEntries(Object.entries(given).filter(([key]) => !names.includes(key)));
}
