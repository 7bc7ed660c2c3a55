import type { ExperimentStatus } from "../../src/client/status/status.js";
import type { LimitStatus } from "../../src/client/limits/limits.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { isOver } from "../../src/client/status/status.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { renderShares } from "../output/render/render-limits.js";
import { renderStatus } from "../output/render/render-status.js";
import { renderVerdicts } from "../output/render/render-verdicts.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = ["dataFolder", "json"] as const;

export const status: CliCommand = {
  settings,
  async run(invocation) {
    const { dataFolder, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    const [name] = invocation.arguments;
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
          // An unreadable run, e.g. one of a newer version, does not hide others.
          if (!(error instanceof UserError)) throw error;
          terminal.talk(`${one}: ${error.message}`);
        }
      }
      const { listLimits } = await import("../../src/client/limits/limits.js");
      return { statuses: found, limits: found.length === 0 ? [] : await listLimits(ostinato) };
    });
    const { verdictsOf } = await import("../../src/client/answers/verdicts-of.js");
    for (const one of statuses) {
      const verdicts = await verdictsOf(one);
      if (json) {
        const own = limitsOf(one, limits);
        const shares = own.length === 0 ? {} : { limits: own };
        await terminal.data(jsonLine({ ...one, ...shares, ...(verdicts && { verdicts }) }));
        continue;
      }
      await terminal.data(renderStatus(one, terminal.dataScreen, Date.now()));
      if (verdicts) await terminal.data(renderVerdicts(verdicts));
    }
    const shares = json ? "" : renderShares(limits);
    if (shares !== "") await terminal.data(`\n${shares}`);
    if (statuses.length === 0) {
      terminal.talk("No experiment is running. Use `ostinato list` to see ended ones.");
    }
    return exitCodes.done;
  },
};

/** The limits of its groups, with all who share them. */
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
  const { listExperiments } = await import("../../src/client/status/list-experiments.js");
  const summaries = await listExperiments(ostinato, { dataFolder, onNotice: talk });
  return new Set(summaries.filter(({ state }) => !isOver(state)).map(({ name }) => name));
}
