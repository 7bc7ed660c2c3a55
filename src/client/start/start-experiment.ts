import { shellWord } from "../../domain/shell-word.js";
import { dirname } from "node:path";
import { WorkflowExecutionAlreadyStartedError } from "../connection/temporal.js";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { experimentId } from "../../domain/experiment/ids.js";
import { UserError } from "../../domain/failure/user-error.js";
import { openDataFolder, stageInput, stageTemplate } from "../../storage/data-folder.js";
import { options } from "../../settings/options/options.js";
import { findManifest } from "../../storage/run/run-folder.js";
import { slug } from "../../storage/index/slug.js";
import { checkExperiment } from "./check-experiment.js";
import type { CheckedExperiment, GivenSettings } from "./check-experiment.js";
import { clearIncoming } from "./clear-incoming.js";
import { discardInput } from "./discard-input.js";
import { findExperiment } from "../status/find-experiment.js";
import type { FoundExperiment } from "../status/find-experiment.js";
import type { FinishedBefore } from "./finished-before.js";
import { planReuse } from "./plan-reuse.js";
import type { PlannedReuse } from "./plan-reuse.js";
import { isServerGone } from "../connection/is-server-gone.js";
import { launchExperiment, settingsSha256 } from "./launch-experiment.js";
import type { Launch } from "./launch-experiment.js";
import type { Ostinato } from "../connection/ostinato.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { webUiLink } from "../connection/web-ui-link.js";

export interface StartedExperiment {
  readonly name: string;
  readonly workflowId: string;
  readonly runId: string;
  /**
   * True if the same experiment, with the same content and settings, was already running and
   * nothing was started.
   */
  readonly alreadyRunning: boolean;
  /**
   * Set if nothing was started, because the latest run of the name has finished with the same
   * content and settings.
   */
  readonly finished?: FinishedBefore;
  /**
   * Set for a pipeline run that repeats a finished run and reuses its answers. `may-differ`:
   * functions, or a step with `reuse: false`, may return other results. `replaced`: a preview or a
   * sample has run since, and the name stands for its result.
   */
  readonly repeats?: FinishedBefore & { readonly because: "may-differ" | "replaced" };
  readonly notices: readonly string[];
  readonly webUi?: string;
}

/**
 * Starts an experiment. Starts nothing if the same experiment is running, or if it has finished and
 * `again` is not set. Reuses the answers of earlier runs of the same name for unchanged records.
 * Without a worker, the experiment waits. Throws a `UserError` for an invalid input, and if an
 * experiment of the name with other content or settings is running.
 *
 * @param checked result of `checkExperiment` for the same settings, and of `planReuse`; with them,
 *   the input is not read again
 */
export async function startExperiment(
  ostinato: Ostinato,
  given: GivenSettings,
  checked?: CheckedExperiment & { readonly reuse?: PlannedReuse },
): Promise<StartedExperiment> {
  const experiment = checked ?? (await checkExperiment(given, ostinato.env));
  const { settings } = experiment;
  const targets = [...experiment.targets, ...experiment.modelTargets];
  const running = await findExperiment(ostinato.client, experiment.name);
  if (running?.open === true) return await followRunning(ostinato, running, experiment);
  const { finished } = checked?.reuse ?? (await planReuse(ostinato, experiment));
  if (finished) {
    const { runId } = running ?? finished;
    const started = toStarted(ostinato, experiment, { runId, alreadyRunning: false });
    return { ...started, finished };
  }
  await refuseKeyConflicts(ostinato, { settings, targets });
  return await stageAndLaunch(ostinato, experiment);
}

async function stageAndLaunch(
  ostinato: Ostinato,
  experiment: CheckedExperiment,
): Promise<StartedExperiment> {
  const { settings, file, inputSha256, records, again } = experiment;
  const dataFolder = await openDataFolder(settings.dataFolder);
  const move = experiment.moveToInput;
  await clearIncoming(ostinato, dataFolder, Date.now());
  const staged = await stageInput(dataFolder, file, { move, sha256: inputSha256 });
  const { template } = settings.form ?? {};
  if (template) await stageTemplate(staged.inputPath, template.path);
  const launch: Launch = {
    input: { settings, ...staged, reuse: !again },
    inputSha256,
    records,
    origin: dirname(file),
  };
  const runId = await launchOrDiscard(ostinato, launch);
  if (runId === undefined) {
    const running = await findExperiment(ostinato.client, experiment.name);
    if (running?.open === true) return await followRunning(ostinato, running, experiment);
    return await stageAndLaunch(ostinato, experiment);
  }
  return toStarted(ostinato, experiment, { runId, alreadyRunning: false });
}

/**
 * Starts an experiment or discards its staged input. Returns `undefined` if the name has started in
 * the meantime.
 */
export async function launchOrDiscard(
  ostinato: Ostinato,
  launch: Launch,
): Promise<string | undefined> {
  try {
    return await launchExperiment(ostinato, launch);
  } catch (error) {
    // If the server is gone, the experiment may already have started, and then needs its input.
    if (!isServerGone(error)) await discardInput(launch.input);
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/** Returns the running experiment if it is the same. Throws a `UserError` if it is another one. */
async function followRunning(
  ostinato: Ostinato,
  running: FoundExperiment,
  experiment: CheckedExperiment,
): Promise<StartedExperiment> {
  const { name, settings, inputSha256, file } = experiment;
  const { memo } = running;
  const hint =
    "Give this one another name with --name, or wait until that one has ended, or end it with `ostinato cancel`.";
  if (memo.dataFolder !== settings.dataFolder) {
    const where = memo.dataFolder === undefined ? "another data folder" : memo.dataFolder;
    throw new UserError(
      `An experiment named "${name}" is running in the data folder ${where}, and this one has ${settings.dataFolder}. ${hint}`,
    );
  }
  if (memo.inputSha256 !== inputSha256) {
    throw new UserError(
      `An experiment named "${name}" is running with other content than ${file}. ${hint}`,
    );
  }
  if (memo.settingsSha256 !== settingsSha256(settings)) {
    const others = await otherSettings(memo, settings);
    throw new UserError(
      `The experiment "${name}" is running with other settings${others}. Change it with \`ostinato change ${shellWord(name)}\`, ` +
        `or run it with the same settings to follow it. ${hint}`,
    );
  }
  return toStarted(ostinato, experiment, { runId: running.runId, alreadyRunning: true });
}

/**
 * Returns the names of the different settings. They are only in the run's folder, after the run is
 * prepared.
 */
async function otherSettings(
  { directory }: FoundExperiment["memo"],
  settings: ExperimentSettings,
): Promise<string> {
  const manifest = directory === undefined ? undefined : await findManifest(directory);
  if (!manifest) return "";
  const running: Readonly<Record<string, unknown>> = { ...manifest.settings };
  const given: Readonly<Record<string, unknown>> = { ...settings };
  const keys = [...new Set([...Object.keys(running), ...Object.keys(given)])];
  const differing = keys.filter(
    (key) => JSON.stringify(running[key]) !== JSON.stringify(given[key]),
  );
  const described = differing.map(
    (key) =>
      ofSeveralFlags[key] ?? `${flagOf(key)} ${textOf(running[key])}, here ${textOf(given[key])}`,
  );
  return described.length === 0 ? "" : ` (${described.join("; ")})`;
}

/** Texts for settings that consist of several flags or files. */
const ofSeveralFlags: Readonly<Partial<Record<string, string>>> = {
  groupRates: "--parallel or its rate table",
  form: "--model, --parameters, --prompt-column or --template",
  rephrase: "the flags of --rephrase-folder",
  judge: "the flags of --judge-folder",
};

function flagOf(setting: string): string {
  return Object.entries(options).find(([name]) => name === setting)?.[1].flag ?? setting;
}

function textOf(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}

export function toStarted(
  ostinato: Ostinato,
  { name, notices }: Pick<CheckedExperiment, "name" | "notices">,
  run: Pick<StartedExperiment, "runId" | "alreadyRunning">,
): StartedExperiment {
  const workflowId = experimentId(slug(name));
  const webUi = webUiLink(ostinato, workflowId, run.runId);
  return { name, workflowId, ...run, notices, ...defined({ webUi }) };
}
