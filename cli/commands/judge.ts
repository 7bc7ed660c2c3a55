import { defined } from "../../src/domain/defined.js";
import { createJudgeFile } from "../../src/client/answers/create-judge-file.js";
import { judgeAnswers } from "../../src/client/answers/judge-answers.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { followStarted } from "../following/follow-started.js";
import { namedExperiment } from "../command-line/named-experiment.js";
import { settle } from "../following/settle.js";
import { textFlag } from "../command-line/text-flag.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = [
  "judgeFolder",
  "judges",
  "judgeTemplates",
  "dataFolder",
  "envFile",
  "providers",
  "requestsPerMinute",
  "tokensPerMinute",
  "requestsPerDay",
  "resetHour",
  "timeZone",
  "parallel",
  "maxQueriesJson",
  "inFlight",
  "priority",
  "maxAttempts",
  "timeoutMs",
  "onBlocked",
  "preview",
  "detach",
  "json",
] as const;

export const judge: CliCommand = {
  settings,
  flags: [
    {
      flag: "--input-file",
      short: "-i",
      takes: "FILE",
      description: "with `create`: a completed file",
    },
    {
      flag: "--output-folder",
      short: "-o",
      takes: "FOLDER",
      description: "with `create`: where to write",
    },
  ],
  async run(invocation) {
    const name = namedExperiment(invocation);
    if (name === "create") return await create(invocation);
    const { terminal } = invocation;
    const { detach, json, ...given } = settle(invocation, settings);
    return await withOstinato(terminal, async (ostinato) => {
      const started = await judgeAnswers(ostinato, name, given);
      started.notices.forEach(terminal.talk);
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};

async function create(invocation: Invocation): Promise<ExitCode> {
  const inputFile = textFlag(invocation, "input-file");
  const outputFolder = textFlag(invocation, "output-folder");
  if (inputFile === undefined) {
    throw new UserError("Expected a completed file, got none. Give --input-file.");
  }
  const given = settle(invocation, ["judgeFolder", "judges", "judgeTemplates"]);
  const path = await createJudgeFile({
    ...given,
    inputFile,
    ...defined({ outputFolder }),
  });
  await invocation.terminal.data(path);
  return exitCodes.done;
}
