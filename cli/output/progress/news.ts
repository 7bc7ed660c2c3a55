import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { formatMoment } from "../format/format-moment.js";
import { oneLine } from "../format/fit-text.js";
import { slowdownSentence } from "../format/slowdown-text.js";
import { shellWord } from "../format/shell-word.js";

/** A worker that is just starting, or a server that answers late, is no news. */
const patienceMs = 3000;

type Newsworthy = Pick<ExperimentStatus, "name" | "problems" | "blocked"> &
  Partial<Pick<ExperimentStatus, "groups" | "slowdowns">>;

/**
 * Tells each problem, slowdown and block of a run of statuses once: a block when it comes up, the others when they have
 * lasted.
 * To be asked again while no status comes.
 */
export function createNews(): (status: Newsworthy, nowMs: number) => readonly string[] {
  let sinceMs = new Map<string, number>();
  let told = new Set<string>();
  return (status, nowMs) => {
    const { slowdowns = [] } = status;
    const slow = slowdowns.map(slowdownSentence);
    const problems = [...status.problems.map(oneLine), ...slow];
    sinceMs = new Map(problems.map((problem) => [problem, sinceMs.get(problem) ?? nowMs]));
    const lasting = problems.filter(
      (problem) => nowMs - (sinceMs.get(problem) ?? nowMs) >= patienceMs,
    );
    const sentences = [...lasting, ...blockedSentences(status), ...waitingSentences(status)];
    const fresh = sentences.filter((sentence) => !told.has(sentence));
    told = new Set(sentences);
    return fresh;
  };
}

/** What waits for a person, why, and how it goes on. */
export function blockedSentences(status: Omit<Newsworthy, "problems">): string[] {
  return status.blocked.map(
    ({ target, reason }) =>
      `\`${target}\` waits: ${sentence(reason)} Fix it, then run: ostinato resume ${shellWord(status.name)}`,
  );
}

/** Which groups have used their calls of the day, and until when they wait. */
export function waitingSentences({ name, groups = [] }: Omit<Newsworthy, "problems">): string[] {
  return groups.flatMap((group) => {
    if (group.waitsUntilMs === undefined) return [];
    const who = groups.length > 1 ? `The group "${oneLine(group.name)}"` : "It";
    return (
      `${who} has used its requests for today and continues at ${formatMoment(group.waitsUntilMs)}. ` +
      `If you raise the limit with \`limits set\`, run: ostinato resume ${shellWord(name)}`
    );
  });
}

/** An API's words end as they like. */
function sentence(text: string): string {
  const words = oneLine(text).trim();
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
