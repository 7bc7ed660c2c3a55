import type { Client } from "@temporalio/client";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { expectedMsOfAll } from "../../domain/rates/expected-time.js";
import type {
  EndedInput,
  PlannedInput,
  RunningInput,
  WatchSettings,
} from "../../domain/experiment/watch.js";
import { watchedRunSettingNames } from "../../settings/options/options.js";
import { readExperimentSettings } from "../../settings/resolve-settings.js";
import type { RunSettings } from "../../settings/settings.js";
import type { InputFile } from "../../storage/input/input-looks.js";
import { checkExperiment, experimentNameOf } from "../start/check-experiment.js";
import { countReusable, reuseNotice } from "../start/plan-reuse.js";
import { endOfExperiment, findExperiment, toFound } from "../status/find-experiment.js";
import { launchOf } from "../start/launch-experiment.js";
import { registerSearchAttributes } from "../start/search-attributes.js";

/**
 * Checks an input of a watched folder as `run` does. Returns `"busy"` if an experiment with its
 * name is running. Throws `UserError` for an invalid file or settings.
 */
export type PlanInput = (
  watch: WatchSettings,
  file: InputFile,
) => Promise<PlannedInput | { readonly busy: string }>;

/** Returns how an experiment ended, or `undefined` while it is running. */
export type FindEnd = (running: RunningInput) => Promise<EndedInput | undefined>;

export function createPlanInput(client: Client): PlanInput {
  return async ({ dataFolder, run }, { path, inputName, settingsPath, fingerprint }) => {
    const beside =
      settingsPath === undefined
        ? {}
        : readExperimentSettings([...watchedRunSettingNames, "name"], settingsPath);
    // The same table checked them when the watch was started.
    const common = run as Partial<RunSettings>;
    // Scorers from the watch's settings apply to all files. Scorers from a file beside an input
    // apply only to that input.
    const scorersAreDefaults = beside.scorers === undefined;
    const given = { ...common, ...beside, scorersAreDefaults, dataFolder, file: path };
    const name = experimentNameOf(given);
    const running = await findExperiment(client, name);
    if (running?.open === true) return { busy: name };
    const checked = await checkExperiment(given);
    const { settings, records, inputSha256, groups, again } = checked;
    const answers = await countReusable(checked);
    const notices = [...checked.notices, ...(answers ? [reuseNotice(name, answers)] : [])];
    const moved = settingsPath === undefined ? {} : { settingsPath };
    const input = { settings, inputPath: path, inputName, ...moved, reuse: !again };
    return {
      inputName,
      name,
      records,
      plannedMs: Math.round(expectedMsOfAll(groups)),
      fingerprint,
      notices,
      launch: launchOf({ input, inputSha256, records }),
      searchable: await registerSearchAttributes(client),
    };
  };
}

export function createFindEnd(client: Client): FindEnd {
  return async ({ workflowId, runId, startedAt }) => {
    const run = { workflowId, runId };
    try {
      const { open, closedAt } = toFound(
        await client.workflow.getHandle(workflowId, runId).describe(),
      );
      if (open) return undefined;
      const { result, error } = await endOfExperiment(client, run);
      const tookMs = Math.max(0, (closedAt ?? startedAt) - startedAt);
      if (!result) {
        const why = error === undefined ? {} : { error: error.slice(0, longestError) };
        return { ...run, status: "failed", completed: 0, failed: 0, tookMs, ...why };
      }
      const { status, completed, failed, completedFile } = result;
      return { ...run, status, completed, failed, tookMs, completedFile };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      return { ...run, status: "unknown", completed: 0, failed: 0, tookMs: 0 };
    }
  };
}

const longestError = 500;
