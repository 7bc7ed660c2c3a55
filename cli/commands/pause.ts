import { shellWord } from "../output/format/shell-word.js";
import { steeringCommand } from "../command-line/steering-command.js";

export const pause = steeringCommand({
  steer: ({ pauseExperiment }) => pauseExperiment,
  say: (name) =>
    `${name} pauses: calls in flight end, nothing more is sent until \`ostinato resume ${shellWord(name)}\`.`,
});
