export { limit } from "./limit.js";
export { runExperiment } from "./experiment/run-experiment.js";
export { runGroup } from "./group/run-group.js";
export { runPage } from "./page/run-page.js";
export { watchInput } from "./watch-input.js";
export { warmUp } from "./warm-up.js";
