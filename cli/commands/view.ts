import { defined } from "../../src/domain/defined.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";
import { exitCodes } from "../exit-codes.js";
import { untilInterrupted } from "../following/until-interrupted.js";
import { jsonLine } from "../output/format/json.js";

const settings = ["dataFolder", "json"] as const;

export const view: CliCommand = {
  settings,
  flags: [
    {
      flag: "--port",
      takes: "N",
      description: "port to listen on, 0 for any free port (default: 7777)",
    },
    {
      flag: "--host",
      takes: "ADDRESS",
      description: "address to listen on (default: 127.0.0.1, which other machines cannot reach)",
    },
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const port = portOf(invocation);
    const host = textFlag(invocation, "host");
    const { signal, stop } = untilInterrupted();
    const { serveView } = await import("../../src/view/server/serve-view.js");
    const server = await serveView({
      dataFolder,
      env: terminal.environment,
      ...defined({ port, host }),
    });
    const { url } = server;
    await terminal.data(json ? jsonLine({ url }) : url);
    terminal.talk(
      `The page shows all runs of ${dataFolder}. Whoever has this address can read and steer them. Press Ctrl-C to stop it.`,
    );
    if (!signal.aborted) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    }
    stop();
    await server.close();
    return exitCodes.done;
  },
};

function portOf(invocation: Invocation): number | undefined {
  const given = textFlag(invocation, "port");
  if (given === undefined) return undefined;
  if (/^\d{1,5}$/.test(given) && Number(given) < 65_536) return Number(given);
  throw new UserError(`Expected --port to be a whole number from 0 to 65535, got "${given}".`);
}
