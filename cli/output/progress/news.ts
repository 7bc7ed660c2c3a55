import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { formatMoment } from "../format/format-moment.js";
import { oneLine } from "../format/fit-text.js";
import { slowdownSentence } from "../format/slowdown-text.js";
import { costTarget, largerSum } from "../../../src/domain/money/budget.js";
import { asSentence } from "../../../src/domain/failure/api-words.js";
import { shellWord } from "../../../src/domain/shell-word.js";

/** Time in ms after which a starting worker or a slow server counts as a problem. */
const patienceMs = 3000;

type Newsworthy = Pick<ExperimentStatus, "name" | "problems" | "blocked"> &
  Partial<Pick<ExperimentStatus, "groups" | "slowdowns" | "maxCost">>;

/**
 * Returns a function that reports each problem, slowdown and block once. A block is reported at
 * once, a problem or slowdown when it has lasted for some time. Call the function again while no
 * status arrives.
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

/**
 * Returns sentences about the blocked targets, the reasons, and how to continue. If a command has
 * ended together with its worker, nobody would take a request, so the sentences name `follow`,
 * which starts a worker.
 */
export function blockedSentences(status: Omit<Newsworthy, "problems">): string[] {
  const name = shellWord(status.name);
  const resume = `ostinato resume ${name}`;
  const follow = `ostinato follow ${name}`;
  return status.blocked.map(({ target, reason }) =>
    target === costTarget
      ? `${asSentence(oneLine(reason))} Continue with a larger sum: ${resume} --max-cost ${sumFor(status, reason)}; ${follow}`
      : `\`${target}\` waits: ${asSentence(oneLine(reason))} Fix it, then run: ${resume}; ${follow}. Or go on without it: ostinato cancel ${name} --model ${shellWord(target)}`,
  );
}

/** Returns the sum. Only the files contain it. */
function sumFor({ maxCost }: Partial<Pick<ExperimentStatus, "maxCost">>, reason: string): string {
  return maxCost === undefined ? "N" : String(largerSum(maxCost, reason));
}

/** Returns sentences about the groups whose daily quota is used up, and the ends of their waits. */
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
