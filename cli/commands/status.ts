import type { ExperimentStatus } from "../../src/client/status/status.js";
import type { VerdictSummary } from "../../src/report/verdicts.js";
import type { AllRuns } from "../../src/client/list/spending-of-all-runs.js";
import type { LimitStatus } from "../../src/client/limits/limits.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { isOver } from "../../src/client/status/status.js";
import { defined } from "../../src/domain/defined.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import type { ExitCode } from "../exit-codes.js";
import { untilInterrupted } from "../following/until-interrupted.js";
import { noWorker } from "../following/with-worker.js";
import { jsonLine } from "../output/format/json.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { renderShares } from "../output/render/render-limits.js";
import { renderStatus } from "../output/render/render-status.js";
import { renderVerdicts } from "../output/render/render-verdicts.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = ["dataFolder", "json"] as const;

/** A line of `status --json`. Its JSON schema is docs/status.schema.json. */
export interface StatusLine extends ExperimentStatus {
  /** Limits of all groups, with all experiments that share them. Set if no name was given. */
  readonly limits?: readonly LimitStatus[];
  /** Summary of the verdicts about the answers, once they are judged. */
  readonly verdicts?: VerdictSummary;
  /** Sum over all runs of the name. Set if there are several and a name was given. */
  readonly allRuns?: AllRuns;
}

export const status: CliCommand = {
  settings,
  flags: [
    { flag: "--follow", description: "show the live view until the end; start no worker for it" },
  ],
  async run(invocation) {
    const { dataFolder, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    const [name] = invocation.arguments;
    if (invocation.ownFlags["follow"] === true) return await followOne(invocation);
    const { statuses, limits } = await withOstinato(terminal, async (ostinato) => {
      const { experimentStatus } = await import("../../src/client/status/experiment-status.js");
      if (name !== undefined) {
        return { statuses: [await experimentStatus(ostinato, name, { dataFolder })], limits: [] };
      }
      const found: ExperimentStatus[] = [];
      for (const one of await openExperiments(ostinato, dataFolder, terminal)) {
        try {
          found.push(await experimentStatus(ostinato, one, { dataFolder }));
        } catch (error) {
          // An unreadable run, e.g. one of a newer version, must not hide other runs.
          if (!(error instanceof UserError)) throw error;
          terminal.talk(`${one}: ${error.message}`);
        }
      }
      const { listLimits } = await import("../../src/client/limits/limits.js");
      return { statuses: found, limits: found.length === 0 ? [] : await listLimits(ostinato) };
    });
    const { verdictsOf } = await import("../../src/client/answers/verdicts-of.js");
    const { spendingOfAllRuns } = await import("../../src/client/list/spending-of-all-runs.js");
    for (const one of statuses) {
      const verdicts = await verdictsOf(one);
      const allRuns = name === undefined ? undefined : await spendingOfAllRuns(one);
      if (json) {
        const own = limitsOf(one, limits);
        const shares = own.length === 0 ? {} : { limits: own };
        const line: StatusLine = { ...one, ...shares, ...defined({ verdicts, allRuns }) };
        await terminal.data(jsonLine(line));
        continue;
      }
      await terminal.data(
        renderStatus({ ...one, ...defined({ allRuns }) }, terminal.dataScreen, Date.now()),
      );
      if (verdicts) await terminal.data(renderVerdicts(verdicts, terminal.dataScreen.columns));
    }
    const shares = json ? "" : renderShares(limits, terminal.dataScreen.columns);
    if (shares !== "") await terminal.data(`\n${shares}`);
    if (statuses.length === 0) {
      terminal.talk("No experiment is running. Use `ostinato list` to see ended ones.");
    }
    return exitCodes.done;
  },
};

/** Follows the named experiment, or the only one that is running. */
async function followOne(invocation: Invocation): Promise<ExitCode> {
  const { dataFolder, json } = settingsOf(invocation, settings);
  const { terminal } = invocation;
  return await withOstinato(terminal, async (ostinato) => {
    const [given] = invocation.arguments;
    const name = given ?? onlyOpen(await openExperiments(ostinato, dataFolder, terminal));
    const { followToEnd } = await import("../following/follow-to-end.js");
    const interruption = untilInterrupted();
    try {
      const atWork = { ...noWorker, signal: interruption.signal };
      const following = { ostinato, name, dataFolder, json, keepWorker: false, ...atWork };
      return await followToEnd(following, terminal);
    } finally {
      interruption.stop();
    }
  });
}

function onlyOpen(names: ReadonlySet<string>): string {
  const [only, ...others] = names;
  if (only === undefined) {
    throw new UserError("No experiment is running. Use `ostinato list` to see ended ones.");
  }
  if (others.length === 0) return only;
  throw new UserError(
    `Several experiments are running: ${[...names].join(", ")}. Name one: ostinato status NAME --follow`,
  );
}

/** Returns the limits of an experiment's groups, with all experiments that share them. */
function limitsOf(
  { groups }: ExperimentStatus,
  limits: readonly LimitStatus[],
): readonly LimitStatus[] {
  const keys = new Set(groups.map(({ limitKey }) => limitKey));
  return limits.filter(({ key }) => keys.has(key));
}

async function openExperiments(
  ostinato: Ostinato,
  dataFolder: string,
  { talk }: Terminal,
): Promise<ReadonlySet<string>> {
  const { listExperiments } = await import("../../src/client/list/list-experiments.js");
  const summaries = await listExperiments(ostinato, { dataFolder, onNotice: talk });
  return new Set(summaries.filter(({ state }) => !isOver(state)).map(({ name }) => name));
}
