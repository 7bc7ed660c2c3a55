import { realpath } from "node:fs/promises";
import { WorkflowExecutionAlreadyStartedError } from "../connection/temporal.js";
import { defined } from "../../domain/defined.js";
import { queuesOfFolder } from "../../domain/experiment/ids.js";
import { watchEventsARun } from "../../domain/experiment/sizes.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { WatchSettings } from "../../domain/experiment/watch.js";
import { checkScorers } from "../../evaluation/scorers/check-scorers.js";
import { watchedRunSettingNames } from "../../settings/options/options.js";
import { completeSettings } from "../../settings/resolve-settings.js";
import type { Settings } from "../../settings/settings.js";
import { openDataFolder } from "../../storage/data-folder.js";
import { openFolderIdentity } from "../../storage/folder-identity.js";
import { workflowTypes } from "../../../workflows/messages.js";
import type { WatchInput, WatchMemo } from "../../../workflows/messages.js";
import { findWatch, watchIdOf } from "./find-watch.js";
import { settingsSha256 } from "../start/launch-experiment.js";
import type { Ostinato } from "../connection/ostinato.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { settleVersions } from "../worker/settle-versions.js";
import { webUiLink } from "../connection/web-ui-link.js";

const watchSettingNames = [
  ...watchedRunSettingNames,
  "dataFolder",
  "concurrent",
  "once",
] as const satisfies readonly (keyof Settings)[];

/** Settings of a watch and of its experiments. Missing ones have their defaults. */
export type GivenWatch = Partial<Pick<Settings, (typeof watchSettingNames)[number]>>;

export interface StartedWatch {
  /** Absolute, with symbolic links resolved. */
  readonly dataFolder: string;
  readonly workflowId: string;
  readonly runId: string;
  /**
   * True if a watch of the same folder and settings was already running and nothing was started.
   */
  readonly alreadyRunning: boolean;
  readonly webUi?: string;
}

/**
 * Watches the input folder of a data folder and runs each new file, oldest first. Without a worker,
 * the watch waits. Throws `UserError` for an unusable folder, and if the folder is already watched
 * with other settings.
 */
export async function startWatch(ostinato: Ostinato, given: GivenWatch): Promise<StartedWatch> {
  const settings = await watchSettingsOf(given);
  const running = await findWatch(ostinato, settings.dataFolder);
  if (running?.open === true) return alreadyRunning(ostinato, settings, running);
  await checkScorers(runSettingsOf(settings).scorers ?? []);
  await refuseKeyConflicts(ostinato, {
    settings: { ...runSettingsOf(settings), dataFolder: settings.dataFolder },
  });
  try {
    return toStarted(ostinato, settings, {
      runId: await launchWatch(ostinato, settings),
      alreadyRunning: false,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const other = await findWatch(ostinato, settings.dataFolder);
    if (other?.open !== true) throw error;
    return alreadyRunning(ostinato, settings, other);
  }
}

async function watchSettingsOf(given: GivenWatch): Promise<WatchSettings> {
  const { dataFolder, concurrent, once, ...run } = completeSettings(watchSettingNames, given);
  const { path } = await openDataFolder(dataFolder);
  return { dataFolder: await realpath(path), concurrent, once, run };
}

/** The values have the table's types because `watchSettingsOf` made them. */
function runSettingsOf({
  run,
}: WatchSettings): Pick<Settings, "envFile" | "providers" | "scorers"> {
  return run as Pick<Settings, "envFile" | "providers" | "scorers">;
}

async function launchWatch(ostinato: Ostinato, settings: WatchSettings): Promise<string> {
  const { dataFolder } = settings;
  const args: [WatchInput] = [{ settings, eventsARun: watchEventsARun }];
  const memo: WatchMemo = { dataFolder, settingsSha256: settingsSha256(settings) };
  const identity = await openFolderIdentity(dataFolder);
  await settleVersions(ostinato, identity);
  const handle = await ostinato.client.workflow.start(workflowTypes.watch, {
    workflowId: watchIdOf(dataFolder),
    taskQueue: queuesOfFolder(identity).main,
    args,
    memo: { ...memo },
    staticSummary: `watch of ${dataFolder}`,
  });
  return handle.firstExecutionRunId;
}

interface RunningWatch {
  readonly runId: string;
  readonly memo: Partial<WatchMemo>;
}

function alreadyRunning(
  ostinato: Ostinato,
  settings: WatchSettings,
  { runId, memo }: RunningWatch,
): StartedWatch {
  if (memo.settingsSha256 !== settingsSha256(settings)) {
    throw new UserError(
      `The data folder ${settings.dataFolder} is already watched, with other settings. Follow that watch with ` +
        "`ostinato watch follow`, or end it with `ostinato watch stop` and start this one: running experiments continue.",
    );
  }
  return toStarted(ostinato, settings, { runId, alreadyRunning: true });
}

function toStarted(
  ostinato: Ostinato,
  { dataFolder }: WatchSettings,
  run: Pick<StartedWatch, "runId" | "alreadyRunning">,
): StartedWatch {
  const workflowId = watchIdOf(dataFolder);
  const webUi = webUiLink(ostinato, workflowId, run.runId);
  return { dataFolder, workflowId, ...run, ...defined({ webUi }) };
}
