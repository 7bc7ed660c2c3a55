import { shellWord } from "../../../src/domain/shell-word.js";
import { steeringCommand } from "../../command-line/steering-command.js";
import { keptText } from "../../output/format/kept-text.js";

export const pause = steeringCommand({
  steer: ({ pauseExperiment }) => pauseExperiment,
  say: (name, delivery) =>
    delivery === "kept"
      ? keptText("pause", name)
      : `${name} is paused. Calls in flight finish. Continue with \`ostinato resume ${shellWord(name)}\`.`,
});
