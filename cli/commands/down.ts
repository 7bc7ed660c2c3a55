import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { untilInterrupted } from "../following/until-interrupted.js";

const servers = {
  stopped: "The local Temporal server is stopped.",
  "not-running": "No local Temporal server was running.",
  "not-ours": "The Temporal server keeps running because Ostinato did not start it.",
} as const;

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
    const { server, workers } = stopped;
    if (workers > 0) terminal.talk(`Background workers stopped: ${workers}.`);
    terminal.talk(servers[server]);
    if (json) await terminal.data(jsonLine(stopped));
    return exitCodes.done;
  },
};
