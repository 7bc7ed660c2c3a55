import type { ExperimentStatus } from "../../src/index.js";
import { oneLine } from "./fit-text.js";
import { shellWord } from "./shell-word.js";

/** Tells each problem and each block of a run of statuses once, when it comes up. */
export function createNews(): (status: ExperimentStatus) => readonly string[] {
  let known = new Set<string>();
  return (status) => {
    const sentences = [...status.problems.map(oneLine), ...blockedSentences(status)];
    const fresh = sentences.filter((sentence) => !known.has(sentence));
    known = new Set(sentences);
    return fresh;
  };
}

/** What waits for a person, why, and how it goes on. */
export function blockedSentences(status: ExperimentStatus): string[] {
  return status.blocked.map(
    ({ target, reason }) =>
      `\`${target}\` waits: ${oneLine(reason)} After the repair: ostinato resume ${shellWord(status.name)}`,
  );
}
