import type { ExperimentFilter, ExperimentKind } from "../../src/client/list/is-listed.js";
import type { ExperimentState } from "../../src/client/status/status.js";
import { defined } from "../../src/domain/defined.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import { hintOf } from "../../src/domain/nearest-match.js";
import { parseSince } from "../../src/settings/since.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderList } from "../output/render/render-list.js";
import { settingsOf } from "../command-line/settings-of.js";
import { listFlag, textFlag } from "../command-line/text-flag.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = ["dataFolder", "json"] as const;

export const list: CliCommand = {
  settings,
  flags: [
    {
      flag: "--state",
      takes: "STATE",
      repeats: true,
      description:
        "only running, paused, blocked, finished, cancelled, failed or unknown runs; repeatable",
    },
    {
      flag: "--kind",
      takes: "KIND",
      repeats: true,
      description: "only experiment, pipeline, batch, judge or rephrase runs; repeatable",
    },
    {
      flag: "--since",
      takes: "TIME",
      description:
        "only runs that started within this time, or since this date: 12h, 2d, 2026-11-01",
    },
  ],
  async run(invocation) {
    const { dataFolder, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    const filter = filterOf(invocation);
    const summaries = await withOstinato(terminal, async (ostinato) => {
      const { listExperiments } = await import("../../src/client/list/list-experiments.js");
      return await listExperiments(ostinato, { dataFolder, onNotice: terminal.talk, ...filter });
    });
    if (json) {
      for (const summary of summaries) await terminal.data(jsonLine(summary));
    } else if (summaries.length > 0) {
      await terminal.data(renderList(summaries, Date.now(), terminal.dataScreen.columns));
    } else if (Object.keys(filter).length > 0) {
      terminal.talk("No run matches. List all with `ostinato list`.");
    } else {
      terminal.talk("There are no experiments yet. Start one with `ostinato run FILE`.");
    }
    return exitCodes.done;
  },
};

const states: readonly ExperimentState[] = [
  "starting",
  "running",
  "paused",
  "blocked",
  "cancelling",
  "finishing",
  "finished",
  "cancelled",
  "failed",
  "unknown",
];
const kinds: readonly ExperimentKind[] = ["experiment", "pipeline", "batch", "judge", "rephrase"];

/** Returns the filter. Refuses invalid filters before a server is asked. */
function filterOf(invocation: Invocation): ExperimentFilter {
  const [name] = invocation.arguments;
  const given = listFlag(invocation, "state").map((word) => knownWord(word, states, "--state"));
  const wanted = listFlag(invocation, "kind").map((word) => knownWord(word, kinds, "--kind"));
  return defined({
    name,
    states: given.length > 0 ? given : undefined,
    kinds: wanted.length > 0 ? wanted : undefined,
    since: sinceOf(textFlag(invocation, "since")),
  });
}

function knownWord<Word extends string>(given: string, words: readonly Word[], flag: string): Word {
  const word = words.find((each) => each === given);
  if (word !== undefined) return word;
  throw new UserError(
    `Unknown ${flag.slice(2)} ${JSON.stringify(given)} of ${flag}. ${hintOf(given, words)}`,
  );
}

function sinceOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const since = parseSince(given, Date.now());
  if (since !== undefined) return since;
  throw new UserError(
    `Expected --since as a time or a date, e.g. 12h, 2d or 2026-11-01, got ${JSON.stringify(given)}.`,
  );
}
