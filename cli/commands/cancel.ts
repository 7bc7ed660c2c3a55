import { shellWord } from "../output/format/shell-word.js";
import { steeringCommand } from "../command-line/steering-command.js";

export const cancel = steeringCommand({
  steer: ({ cancelExperiment }) => cancelExperiment,
  say: (name, result) => {
    if (result === "aborted") {
      return `The calls of ${name} in flight are aborted and recorded as failed.`;
    }
    return result === "ended"
      ? `${name} has ended. Its folder was moved or deleted, so no files were written. The name is free again.`
      : `${name} is cancelled: calls in flight end and are recorded, the rest is recorded as failed. A second \`ostinato cancel ${shellWord(name)}\` aborts the calls in flight.`;
  },
});
