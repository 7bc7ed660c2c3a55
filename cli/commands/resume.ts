import { resumeExperiment } from "../../src/index.js";
import { shellWord } from "../output/shell-word.js";
import { steeringCommand } from "../steering-command.js";

export const resume = steeringCommand({
  steer: resumeExperiment,
  say: (name) => `${name} goes on. Follow it with \`ostinato follow ${shellWord(name)}\`.`,
});
