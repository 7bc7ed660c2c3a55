import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../command-line/file-or-experiment.js";
import { requiredArgument } from "../command-line/required-argument.js";
import { jsonLine } from "../output/format/json.js";
import { renderScores } from "../output/render/render-scores.js";
import { settingsOf } from "../command-line/settings-of.js";
import { tellLines } from "../following/tell-lines.js";

const settings = ["scorers", "dataFolder", "json"] as const;

export const score: CliCommand = {
  settings,
  async run(invocation) {
    const given = requiredArgument(invocation);
    const { terminal } = invocation;
    const { scorers = [], dataFolder, json } = settingsOf(invocation, settings);
    if (scorers.length === 0) {
      throw new UserError("Expected `--scorers LIST`, got none. Use e.g. `--scorers match`.");
    }
    const file = await completedFileOf(given, dataFolder, terminal);
    const { scoreFile } = await import("../../src/client/answers/score-file.js");
    const scored = await scoreFile(file, { scorers, onLine: tellLines(terminal, "scored") });
    if (json) {
      await terminal.data(jsonLine(scored));
    } else {
      terminal.talk(renderScores(scored.scores, terminal.talkScreen.columns));
      await terminal.data(scored.completedFile);
    }
    return exitCodes.done;
  },
};
