import { defined } from "../../domain/defined.js";
import { askExperiment } from "./ask-experiment.js";
import { composeStatus } from "./compose-status.js";
import type { StatusFacts, WorkflowFacts } from "./compose-status.js";
import { activeDirectory, endOfExperiment } from "./find-experiment.js";
import type { FoundExperiment } from "./find-experiment.js";
import { findRun } from "./find-run.js";
import { idPrefixOf, stagesOfFound } from "./stage-status.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { pendingProblems } from "./pending-problems.js";
import { isThere } from "../../storage/files/is-there.js";
import { endedRunMissing, isRunMissing, runMissing } from "../../storage/run/run-folder.js";
import { openRunFiles } from "./run-files.js";
import type { ExperimentStatus } from "./status.js";
import { unknownExperiment } from "./unknown-experiment.js";
import { untakenRequests } from "./untaken-requests.js";
import { webUiLink } from "../connection/web-ui-link.js";

/**
 * The status of an experiment's latest run. Also works without a worker, and after the server has
 * forgotten the run. Throws a `UserError` for an unknown name.
 */
export async function experimentStatus(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<ExperimentStatus> {
  const { found, dataFolder, directory } = await findRun(ostinato, name, options);
  const active = found ? activeDirectory(found) : directory;
  const files = active === undefined ? undefined : await openRunFiles(active);
  if (!found && !files) throw await unknownExperiment(ostinato, name, options.dataFolder);
  const [server, snapshot] = await Promise.all([
    found && askServer(ostinato, found),
    files?.snapshot(),
  ]);
  const stages = await stagesOfFound(found);
  const status = composeStatus({
    name,
    dataFolder,
    ...defined({ stages }),
    ...server,
    problems: await problemsOf(found, server?.problems),
    ...defined({ files: snapshot }),
  });
  return found?.open === true ? status : await withoutMissingFile(status);
}

/**
 * Returns the problems of the activities, or the reason for all of them: the run folder of an open
 * experiment was moved or deleted.
 */
async function problemsOf(
  found: FoundExperiment | undefined,
  ofActivities: readonly string[] = [],
): Promise<readonly string[]> {
  const directory = found?.open === true ? activeDirectory(found) : undefined;
  const isMissing = directory !== undefined && (await isRunMissing(directory));
  return isMissing ? [runMissing(directory)] : ofActivities;
}

/** Leaves out a completed file that was moved or deleted, and tells so. */
async function withoutMissingFile(status: ExperimentStatus): Promise<ExperimentStatus> {
  const { completedFile, ...others } = status;
  if (completedFile === undefined || completedFile === "" || (await isThere(completedFile))) {
    return status;
  }
  return { ...others, problems: [...status.problems, endedRunMissing(completedFile)] };
}

async function askServer(
  ostinato: Ostinato,
  found: FoundExperiment,
): Promise<Partial<StatusFacts>> {
  const { workflowId, runId, open, memo } = found;
  const { client } = ostinato;
  const webUi = webUiLink(ostinato, workflowId, runId);
  const link = webUi === undefined ? {} : { webUi };
  if (!open) return { ...link, workflow: await closedFacts(ostinato, found) };
  const [answer, problems] = await Promise.all([
    askExperiment(client, workflowId),
    pendingProblems(client, workflowId, idPrefixOf(workflowId, memo)),
  ]);
  const server = { ...link, workflow: factsOf(found), problems };
  if (answer) return { ...server, answer };
  return { ...server, asked: await untakenRequests(client, workflowId) };
}

async function closedFacts(ostinato: Ostinato, found: FoundExperiment): Promise<WorkflowFacts> {
  const { result, error } = await endOfExperiment(ostinato.client, found);
  return {
    ...factsOf(found),
    ...defined({ result, error }),
  };
}

export function factsOf(found: FoundExperiment): WorkflowFacts {
  const { workflowId, runId, open, startedAt, closedAt, memo } = found;
  return {
    workflowId,
    runId,
    open,
    startedAt,
    ...defined({ closedAt, directory: memo.directory }),
  };
}
