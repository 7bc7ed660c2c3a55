import { countOf } from "../../domain/count-text.js";
import { createHash } from "node:crypto";
import { isGrpcServiceError } from "../connection/temporal.js";
import type {
  ExperimentSettings,
  PrepareExperimentInput,
} from "../../domain/experiment/experiment.js";
import type { ExperimentLaunch, WatchSettings } from "../../domain/experiment/watch.js";
import { formatMoney } from "../../domain/money/format-money.js";
import { experimentId, queuesOfFolder } from "../../domain/experiment/ids.js";
import { stagesOf } from "../../domain/experiment/stages.js";
import { defaultKey } from "../../domain/scores/scorer-setting.js";
import { openFolderIdentity } from "../../storage/folder-identity.js";
import { slug } from "../../storage/index/slug.js";
import { workflowTypes } from "../../../workflows/messages.js";
import type { ExperimentMemo, RunExperimentInput } from "../../../workflows/messages.js";
import type { Ostinato } from "../connection/ostinato.js";
import { settleVersions } from "../worker/settle-versions.js";
import { startFactsOf } from "./start-facts.js";
import { experimentAttributes, registerSearchAttributes } from "./search-attributes.js";

export interface Launch {
  readonly input: PrepareExperimentInput;
  readonly inputSha256: string;
  readonly records: number;
  /** Folder of the input, for its commit. @default the current folder */
  readonly origin?: string;
}

const invalidArgument = 3;

/**
 * Starts the workflow and returns its run id. Throws `UserError` if a worker of another build is
 * running. Rejects with `WorkflowExecutionAlreadyStartedError` if the name is already running.
 */
export async function launchExperiment(ostinato: Ostinato, given: Launch): Promise<string> {
  const { client } = ostinato;
  const identity = await openFolderIdentity(given.input.settings.dataFolder);
  await settleVersions(ostinato, identity);
  const [launch, registered] = await Promise.all([
    withStartFacts(ostinato, given),
    registerSearchAttributes(client),
  ]);
  const { workflowId, input, memo, staticSummary, staticDetails } = launchOf(launch);
  const taskQueue = queuesOfFolder(identity).main;
  const start = async (attributes: boolean): Promise<string> => {
    const args: [RunExperimentInput] = [input];
    const handle = await client.workflow.start(workflowTypes.experiment, {
      workflowId,
      args,
      memo,
      staticSummary,
      staticDetails,
      taskQueue,
      ...(attributes && { typedSearchAttributes: experimentAttributes(input.settings.name) }),
    });
    return handle.firstExecutionRunId;
  };
  try {
    return await start(registered);
  } catch (error) {
    // Other hosts of the server learn of a new attribute some seconds later.
    if (!registered || !isInvalidArgument(error)) throw error;
    return await start(false);
  }
}

async function withStartFacts(ostinato: Ostinato, launch: Launch): Promise<Launch> {
  const { input, origin } = launch;
  const started = await startFactsOf(ostinato, { origin, envFile: input.settings.envFile });
  return { ...launch, input: { ...input, started } };
}

/** Returns the input of the workflow, for a start by a client or a watch. */
export function launchOf(launch: Launch): ExperimentLaunch {
  const { input, records } = launch;
  const { name } = input.settings;
  return {
    workflowId: experimentId(slug(name)),
    input,
    memo: { ...memoOf(launch) },
    staticSummary: `${name}: ${countOf(records, "prompt")}`,
    staticDetails: detailsOf(launch),
  };
}

function memoOf({ input, inputSha256 }: Launch): ExperimentMemo {
  const { settings } = input;
  const stages = stagesOf(input);
  const isStaged = stages.length > 1 || stages[0]?.kind !== "main";
  return {
    name: settings.name,
    dataFolder: settings.dataFolder,
    inputSha256,
    settingsSha256: settingsSha256(settings),
    ...(isStaged && { stages }),
  };
}

/** Hash of the settings, independent of the order of their keys. */
export function settingsSha256(settings: ExperimentSettings | WatchSettings): string {
  const entries = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

function detailsOf({ input: { settings, inputName, takeOver }, records }: Launch): string {
  const rows: [string, string][] = [
    ["Input", inputName],
    ["Data folder", settings.dataFolder],
    ["Prompts", records.toString()],
    ["Requests a minute", settings.requestsPerMinute.toString()],
    ["Groups", groupsOf(settings)],
    ["Calls in flight", settings.inFlight?.toString() ?? "no cap"],
    ["Attempts", settings.maxAttempts.toString()],
    ["Timeout", `${settings.timeoutMs / 1_000} s`],
    ["When blocked", settings.onBlocked],
    ["Environment file", settings.envFile],
  ];
  const { tokensPerMinute, requestsPerDay, judge, rephrase, maxCost } = settings;
  if (tokensPerMinute !== undefined) rows.push(["Tokens a minute", tokensPerMinute.toString()]);
  if (requestsPerDay) rows.push(["Requests a day", requestsPerDay.requests.toString()]);
  if (maxCost !== undefined) rows.push(["Maximum cost", formatMoney(maxCost)]);
  if (rephrase) rows.push(["Rephrased by", rephrase.models.join(", ")]);
  if (judge) rows.push(["Judged by", judge.judges.join(", ")]);
  if (settings.scorers) rows.push(["Scorers", settings.scorers.map(defaultKey).join(", ")]);
  if (takeOver !== undefined) rows.push(["Taken over from", takeOver]);
  const lines = rows.map(([label, value]) => `| ${label} | ${value.replaceAll("|", "\\|")} |`);
  return ["| Setting | Value |", "| --- | --- |", ...lines].join("\n");
}

function groupsOf({ groupRates }: ExperimentSettings): string {
  if (!groupRates) return "none";
  const named =
    groupRates.length === 0 ? "" : `; own rates: ${groupRates.map(({ name }) => name).join(", ")}`;
  return `by \`group\` or API${named}`;
}

function isInvalidArgument(error: unknown): boolean {
  if (isGrpcServiceError(error)) {
    const code: number = error.code;
    return code === invalidArgument;
  }
  return error instanceof Error && error.cause !== undefined && isInvalidArgument(error.cause);
}
