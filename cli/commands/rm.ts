import type { PlannedRemoval } from "../../src/client/remove/remove-experiments.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import { shellWord } from "../../src/domain/shell-word.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { formatBytes, formatCountOf } from "../output/format/format-count.js";
import { jsonLine } from "../output/format/json.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = ["dataFolder", "json"] as const;

export const rm: CliCommand = {
  settings,
  flags: [
    { flag: "--yes", short: "-y", description: "remove without asking" },
    {
      flag: "--keep-files",
      description: "keep inputs, completed files, logs and reports; forget the runs",
    },
  ],
  async run(invocation) {
    const { terminal, arguments: names, ownFlags } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const keepFiles = ownFlags["keep-files"] === true;
    if (ownFlags["yes"] !== true && !terminal.ask) {
      throw new UserError(
        `Expected a terminal to ask before removing, got none. Remove without asking: \`ostinato rm ${names.map(shellWord).join(" ")} --yes\`.`,
      );
    }
    return await withOstinato(terminal, async (ostinato) => {
      const { planRemoval, removePlanned } =
        await import("../../src/client/remove/remove-experiments.js");
      const planned = await planRemoval(ostinato, names, { dataFolder, keepFiles });
      if (!(await isWanted(invocation, planned))) {
        terminal.talk("Nothing was removed.");
        return exitCodes.done;
      }
      for (const each of planned) {
        await removePlanned(ostinato, each);
        if (json) await terminal.data(jsonLine(resultOf(each)));
        else terminal.talk(sentenceOf(each, keepFiles));
      }
      return exitCodes.done;
    });
  },
};

async function isWanted(
  { ownFlags, terminal }: Invocation,
  planned: readonly PlannedRemoval[],
): Promise<boolean> {
  if (ownFlags["yes"] === true || !terminal.ask) return true;
  for (const each of planned) terminal.talk(describe(each));
  const answer = await terminal.ask("Remove this? It can't be undone. [y/N] ");
  return /^y(es)?$/i.test(answer.trim());
}

/** Returns lines about the data that would be removed. */
function describe({ name, folders, isOnServer }: PlannedRemoval): string {
  const parts = folders.map(({ folder, runs, states, files, bytes }) => {
    const what = files.length > 0 ? "" : states.length > 0 ? ", only their state" : "";
    return `  ${folder}: ${formatCountOf(runs, "run")}, ${formatBytes(bytes)}${what}`;
  });
  const server = isOnServer ? ["  its history on the Temporal server"] : [];
  return [`${name}:`, ...parts, ...server].join("\n");
}

function sentenceOf({ name, folders }: PlannedRemoval, keepFiles: boolean): string {
  const runs = Math.max(0, ...folders.map((each) => each.runs));
  const bytes = folders.reduce((sum, each) => sum + each.bytes, 0);
  const kept = keepFiles ? " Its files are kept." : "";
  return `Removed ${name}: ${formatCountOf(runs, "run")}, ${formatBytes(bytes)}.${kept} The name is free again.`;
}

function resultOf({ name, dataFolder, isOnServer, folders }: PlannedRemoval): object {
  return {
    type: "removed",
    name,
    dataFolder,
    isOnServer,
    folders: folders.map(({ folder, runs, bytes }) => ({ folder, runs, bytes })),
  };
}
