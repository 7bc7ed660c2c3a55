import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { catalogue } from "./catalogue.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { reportError } from "./report-error.js";

/** Runs one command line. Everything that it says goes to `terminal`. */
export async function runCli(given: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await runCommand(helpLast(given), terminal);
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.userMistake;
    }
    return reportError(error, terminal);
  }
}

/** `help run` is `run --help`: a command's flags are known once it is named. */
function helpLast(given: readonly string[]): readonly string[] {
  const [first, second] = given;
  if (first === undefined) return ["--help"];
  if (first !== "help") return given;
  return second === undefined ? ["--help"] : [second, "--help"];
}

async function runCommand(given: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const program = new Command("ostinato")
    .description("A durable runner of LLM experiments on Temporal.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.data(text.trimEnd()),
      getOutHelpWidth: () => terminal.dataScreen.columns,
      writeErr: (text) => terminal.talk(text.trimEnd()),
      getErrHelpWidth: () => terminal.talkScreen.columns,
    });
  const [name = "", ...rest] = given;
  let code: ExitCode = exitCodes.done;
  let all = given;
  for (const entry of catalogue) {
    const command = program.command(entry.name).summary(entry.summary);
    command.description(`${entry.summary[0]?.toUpperCase() ?? ""}${entry.summary.slice(1)}.`);
    for (const argument of entry.arguments) command.argument(argument);
    if (entry.name !== name) continue;
    const [{ declareFlags }, definition] = await Promise.all([
      import("./declare-flags.js"),
      entry.load(),
    ]);
    const flags = declareFlags(command, definition);
    all = [name, ...flags.rewrite(rest)];
    command.action(async () => {
      code = await definition.run({
        // A list where the command takes several.
        arguments: command.processedArgs.flat().filter((argument) => typeof argument === "string"),
        ...flags.read(),
        terminal,
      });
    });
  }
  await program.parseAsync([...all], { from: "user" });
  return code;
}

function version(): string {
  const path = new URL("../../../package.json", import.meta.url);
  // The package's own file, whose shape npm sees to.
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
}
