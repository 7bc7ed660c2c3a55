import { shellWord } from "../output/format/shell-word.js";
import { steeringCommand } from "../command-line/steering-command.js";

export const resume = steeringCommand({
  steer: ({ resumeExperiment }) => resumeExperiment,
  say: (name) => `${name} continues. Follow it with \`ostinato follow ${shellWord(name)}\`.`,
});
