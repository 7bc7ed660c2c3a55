import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderTable } from "../output/terminal/table.js";

const input = "prompts.jsonl";

const purposes: Readonly<Record<string, string>> = {
  [input]: "four records of the test API, which needs no key",
  "ostinato.json": "settings for the commands in this folder",
  "judge/settings.json": "a judge named strict",
  "judge/template.txt": "the prompt of the judge",
};

export const init: CliCommand = {
  settings: ["json"],
  // The settings file of the folder is not read.
  flagsAlone: true,
  async run({ terminal, flags }) {
    const { writeExamples } = await import("../../src/client/init/write-examples.js");
    const { written, kept } = await writeExamples(terminal.folder);
    const next = nextCommands(written);
    if (flags.json === true) {
      await terminal.data(jsonLine({ written, kept, next }));
      return exitCodes.done;
    }
    if (written.length > 0) {
      const rows = written.map((path) => [path, purposes[path] ?? ""]);
      terminal.talk(renderTable(["wrote", "content"], rows));
    }
    if (kept.length > 0) terminal.talk(`Unchanged, because they exist: ${kept.join(", ")}.`);
    terminal.talk(["Next:", ...next].join("\n  "));
    terminal.talk(
      `For a real model, put its key into .env, and change api and model_name in ${input}.`,
    );
    return exitCodes.done;
  },
};

/**
 * Returns the next commands. The user's own input is left out, because a pasted command would send
 * it.
 */
function nextCommands(written: readonly string[]): readonly string[] {
  if (!written.includes(input)) return [`ostinato check ${input}`];
  const run = `ostinato run ${input}`;
  const hasJudge = written.includes("judge/settings.json");
  return [run, ...(hasJudge ? [`${run} --judge-folder judge --judge strict`] : [])];
}
