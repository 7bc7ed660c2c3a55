import { shellWord } from "../../../src/domain/shell-word.js";
import { steeringCommand } from "../../command-line/steering-command.js";
import { keptText } from "../../output/format/kept-text.js";

export const cancel = steeringCommand({
  steer: ({ cancelExperiment }) => cancelExperiment,
  say: (name, result) => {
    if (result === "kept") return keptText("cancel", name);
    if (result === "aborted") {
      return `The calls of ${name} in flight are aborted. Their records are recorded as failed.`;
    }
    return result === "ended"
      ? `${name} has ended. Its folder was moved or deleted, so no files were written. The name is free again.`
      : `${name} is cancelled. Calls in flight finish, and all other records are recorded as failed. Run \`ostinato cancel ${shellWord(name)}\` again to abort the calls in flight.`;
  },
});
