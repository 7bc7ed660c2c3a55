export { limit } from "./limit.js";
export { runExperiment } from "./run-experiment.js";
export { runGroup } from "./run-group.js";
export { runPage } from "./run-page.js";
export { watchInput } from "./watch-input.js";
