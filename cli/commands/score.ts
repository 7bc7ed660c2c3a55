import { scoreFile } from "../../src/client/answers/score-answers.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../command-line/file-or-experiment.js";
import { namedExperiment } from "../command-line/named-experiment.js";
import { jsonLine } from "../output/format/json.js";
import { renderScores } from "../output/render/render-scores.js";
import { settle } from "../following/settle.js";
import { tellLines } from "../following/tell-lines.js";

const settings = ["scorers", "dataFolder", "json"] as const;

export const score: CliCommand = {
  settings,
  async run(invocation) {
    const given = namedExperiment(invocation);
    const { terminal } = invocation;
    const { scorers = [], dataFolder, json } = settle(invocation, settings);
    if (scorers.length === 0) {
      throw new UserError("Expected `--scorers LIST`, got none. For instance: `--scorers match`.");
    }
    const file = await completedFileOf(given, dataFolder, terminal);
    const scored = await scoreFile(file, { scorers, onLine: tellLines(terminal, "scored") });
    if (json) {
      await terminal.data(jsonLine(scored));
    } else {
      terminal.talk(renderScores(scored.scores));
      await terminal.data(scored.completedFile);
    }
    return exitCodes.done;
  },
};
