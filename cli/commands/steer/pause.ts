import { shellWord } from "../../../src/domain/shell-word.js";
import { steeringCommand } from "../../command-line/steering-command.js";

export const pause = steeringCommand({
  steer: ({ pauseExperiment }) => pauseExperiment,
  say: (name) =>
    `${name} is paused. Calls in flight finish. Continue with \`ostinato resume ${shellWord(name)}\`.`,
});
