import { defined } from "../../src/domain/defined.js";
import { cacheFolder as modelCacheFolder } from "../../src/local-server/home/home.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";
import { untilInterrupted } from "../following/until-interrupted.js";

export const serve: CliCommand = {
  settings: ["json"],
  flags: [
    { flag: "--port", takes: "N", description: "the port to listen on; 0 for any (5000)" },
    { flag: "--host", takes: "ADDRESS", description: "the address to listen on (127.0.0.1)" },
    { flag: "--max-tokens", takes: "N", description: "most new tokens of an answer (200)" },
    {
      flag: "--dtype",
      takes: "NAME",
      description: "the model's precision: fp32, fp16, q8 … (fp32)",
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
    const { serveModel } = await import("../../src/local-model/serve-model.js");
    const loaded = await loadLocalModel({
      model,
      folder: terminal.folder,
      cacheFolder: modelCacheFolder(terminal.environment),
      ...defined({ dtype }),
    });
    const server = await serveModel({
      ...{ model: loaded, port, maxTokens },
      ...defined({ host }),
    });
    const { url } = server;
    await terminal.data(json ? jsonLine({ url, model: loaded.name }) : url);
    terminal.talk(`${loaded.name} answers prompto's and OpenAI's protocol there. Ctrl-C ends it.`);
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
