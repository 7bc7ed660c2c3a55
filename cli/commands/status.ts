import type { ExperimentStatus } from "../../src/client/status/status.js";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import { experimentStatus } from "../../src/client/status/experiment-status.js";
import { isOver } from "../../src/client/status/status.js";
import { listExperiments } from "../../src/client/status/list-experiments.js";
import { verdictsOf } from "../../src/client/answers/verdicts-of.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderStatus } from "../output/render/render-status.js";
import { renderVerdicts } from "../output/render/render-verdicts.js";
import { settle } from "../following/settle.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = ["dataFolder", "json"] as const;

export const status: CliCommand = {
  settings,
  async run(invocation) {
    const { dataFolder, json } = settle(invocation, settings);
    const { terminal } = invocation;
    const [name] = invocation.arguments;
    const statuses = await withOstinato(terminal, async (ostinato) =>
      name === undefined
        ? await openStatuses(ostinato, dataFolder)
        : [await experimentStatus(ostinato, name, { dataFolder })],
    );
    for (const one of statuses) {
      const verdicts = await verdictsOf(one);
      if (json) {
        await terminal.data(jsonLine({ ...one, ...(verdicts && { verdicts }) }));
        continue;
      }
      await terminal.data(renderStatus(one, terminal.dataScreen, Date.now()));
      if (verdicts) await terminal.data(renderVerdicts(verdicts));
    }
    if (statuses.length === 0) {
      terminal.talk("No experiment is running. `ostinato list` shows those that have ended.");
    }
    return exitCodes.done;
  },
};

async function openStatuses(
  ostinato: Ostinato,
  dataFolder: string,
): Promise<readonly ExperimentStatus[]> {
  const summaries = await listExperiments(ostinato, { dataFolder });
  const names = new Set(summaries.filter(({ state }) => !isOver(state)).map(({ name }) => name));
  const statuses: ExperimentStatus[] = [];
  for (const name of names) statuses.push(await experimentStatus(ostinato, name, { dataFolder }));
  return statuses;
}
