import { defined } from "../../src/domain/defined.js";
import { cacheFolder as modelCacheFolder } from "../../src/local-server/home/home.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";
import { untilInterrupted } from "../following/until-interrupted.js";

export const serveModel: CliCommand = {
  settings: ["json"],
  flags: [
    {
      flag: "--port",
      takes: "N",
      description: "port to listen on, 0 for any free port (default: 5000)",
    },
    { flag: "--host", takes: "ADDRESS", description: "address to listen on (default: 127.0.0.1)" },
    {
      flag: "--max-tokens",
      takes: "N",
      description: "maximum new tokens per answer (default: 200)",
    },
    {
      flag: "--dtype",
      takes: "NAME",
      description: "precision of the model: fp32, fp16, q8 … (default: fp32)",
    },
  ],
  async run(invocation) {
    const { arguments: given, terminal } = invocation;
    const [model = ""] = given;
    const { json } = settingsOf(invocation, ["json"]);
    const port = numberFlag(invocation, "port") ?? 5000;
    const maxTokens = numberFlag(invocation, "max-tokens") ?? 200;
    const host = textFlag(invocation, "host");
    const dtype = textFlag(invocation, "dtype");
    terminal.talk(`Loading ${model} …`);
    const { loadLocalModel } = await import("../../src/local-model/load-model.js");
    const { serveModel: serve } = await import("../../src/local-model/serve-model.js");
    const loaded = await loadLocalModel({
      model,
      folder: terminal.folder,
      cacheFolder: modelCacheFolder(terminal.environment),
      ...defined({ dtype }),
    });
    const server = await serve({
      model: loaded,
      port,
      maxTokens,
      ...defined({ host }),
    });
    const { url } = server;
    await terminal.data(json ? jsonLine({ url, model: loaded.name }) : url);
    terminal.talk(
      `${loaded.name} is served over prompto's and OpenAI's protocols. Press Ctrl-C to stop it.`,
    );
    const { signal, stop } = untilInterrupted();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    stop();
    await server.close();
    return exitCodes.done;
  },
};

function numberFlag(invocation: Invocation, name: string): number | undefined {
  const given = textFlag(invocation, name);
  if (given === undefined) return undefined;
  if (/^\d+$/.test(given)) return Number(given);
  throw new UserError(`Expected --${name} to be a whole number, got "${given}".`);
}
