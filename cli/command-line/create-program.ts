import { readFileSync } from "node:fs";
import { Command } from "commander";
import { UserError } from "../../src/domain/failure/user-error.js";
import { catalogue } from "./catalogue.js";
import type { Entry } from "./entry.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";

interface Program {
  /**
   * Runs the chosen command. Throws commander's error for an invalid command line, and after help.
   */
  readonly run: () => Promise<ExitCode>;
}

/**
 * Declares every command, and the flags of the chosen command, to commander. Loads only the code of
 * the chosen command.
 *
 * @param given the words after `ostinato`
 */
export async function createProgram(
  given: readonly string[],
  terminal: Terminal,
): Promise<Program> {
  let code: ExitCode = exitCodes.done;
  const declaring: Declaring = { terminal, onEnd: (ended) => (code = ended) };
  const program = createRoot(terminal);
  const words = await declareAll(program, { entries: catalogue, given }, declaring);
  return {
    async run() {
      await program.parseAsync([...words], { from: "user" });
      return code;
    },
  };
}

function createRoot(terminal: Terminal): Command {
  return (
    new Command("ostinato")
      .description("A durable runner of LLM experiments on Temporal.")
      .version(version(), "-V, --version", "print the version")
      .helpOption("-h, --help", "print this help")
      .helpCommand(false)
      // A flag after `watch follow` belongs to `follow`, even if `watch` has one with the same
      // name.
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => void terminal.data(text.trimEnd()),
        getOutHelpWidth: () => terminal.dataScreen.columns,
        writeErr: (text) => terminal.talk(text.trimEnd()),
        getErrHelpWidth: () => terminal.talkScreen.columns,
      })
  );
}

interface Declaring {
  readonly terminal: Terminal;
  readonly onEnd: (code: ExitCode) => void;
}

interface Named {
  readonly entries: readonly Entry[];
  /** Words from the command's name on. */
  readonly given: readonly string[];
}

/** Declares commands below `parent`. Returns the words in commander's form. */
async function declareAll(
  parent: Command,
  { entries, given }: Named,
  declaring: Declaring,
): Promise<readonly string[]> {
  const [name, ...rest] = given;
  let words = given;
  for (const entry of entries) {
    const command = parent.command(entry.name).summary(entry.summary).helpCommand(false);
    command.description(`${entry.summary[0]?.toUpperCase() ?? ""}${entry.summary.slice(1)}.`);
    if (entry.group !== undefined) command.helpGroup(entry.group);
    for (const argument of entry.arguments) command.argument(argument);
    if (entry.name === name) {
      words = [entry.name, ...(await declareNamed(command, { entry, rest }, declaring))];
    } else {
      command.action(() => refuseMisplaced(parent, entry));
    }
  }
  return words;
}

async function declareNamed(
  command: Command,
  { entry, rest }: { readonly entry: Entry; readonly rest: readonly string[] },
  declaring: Declaring,
): Promise<readonly string[]> {
  const { commands = [], load } = entry;
  const [word = ""] = rest;
  const isNested = commands.some(({ name }) => name === word);
  const nested = await declareAll(
    command,
    { entries: commands, given: isNested ? rest : [] },
    declaring,
  );
  if (isNested) return nested;
  // Without an action, commander treats the word as a mistyped command and suggests the most
  // similar one.
  const isMistyped = commands.length > 0 && entry.arguments.length === 0 && /^[^-]/.test(word);
  if (!load || isMistyped) return rest;
  const [{ declareFlags }, definition] = await Promise.all([import("./declare-flags.js"), load()]);
  const flags = declareFlags(command, definition);
  command.action(async () => {
    const ended = await definition.run({
      // An argument with several values is a list.
      arguments: command.processedArgs.flat().filter((argument) => typeof argument === "string"),
      ...flags.read(),
      terminal: declaring.terminal,
    });
    declaring.onEnd(ended);
  });
  return flags.rewrite(rest);
}

/** Rejects `watch --json follow`, because the valid flags depend on the whole command. */
function refuseMisplaced(parent: Command, { name }: Entry): never {
  throw new UserError(
    `Expected \`${name}\` directly after \`ostinato ${parent.name()}\`. Put flags after it.`,
  );
}

function version(): string {
  const path = new URL("../../../package.json", import.meta.url);
  // npm guarantees the format of the package's own file.
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
}
