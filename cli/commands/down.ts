import { dirname } from "node:path";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { shellWord } from "../../src/domain/shell-word.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { untilInterrupted } from "../following/until-interrupted.js";

const servers = {
  stopped: "The local Temporal server is stopped.",
  "not-running": "No local Temporal server was running.",
  "not-ours": "The Temporal server keeps running because Ostinato did not start it.",
} as const;

/** Returns lines about the data. The files of the experiments are in other places. */
function dataLines(database: string): readonly string[] {
  const folder = dirname(database);
  return [
    `The server's database stays in ${folder}, so unfinished experiments continue with the next \`ostinato up\`.`,
    `To delete it with all unfinished experiments: rm ${shellWord(folder)}/temporal-*.db*. Inputs and results stay in the data folders.`,
  ];
}

export const down: CliCommand = {
  settings: ["json"],
  async run(invocation) {
    const { terminal } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const { stopOstinato } = await import("../../src/client/stop-ostinato.js");
    const interruption = untilInterrupted();
    const stopped = await stopOstinato(terminal.environment, {
      onNotice: terminal.talk,
      cutShort: interruption.signal,
    });
    interruption.stop();
    const { server, workers, databases } = stopped;
    if (workers > 0) terminal.talk(`Background workers stopped: ${workers}.`);
    terminal.talk(servers[server]);
    const [database] = databases;
    if (database !== undefined && server !== "not-ours") dataLines(database).forEach(terminal.talk);
    if (json) await terminal.data(jsonLine(stopped));
    return exitCodes.done;
  },
};
