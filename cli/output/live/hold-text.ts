import type { Hold } from "../../../src/domain/progress/hold.js";
import { holdWords } from "../../../src/domain/progress/hold-words.js";
import { formatCount } from "../format/format-count.js";
import { formatTime } from "../format/format-moment.js";
import { oneLine } from "../format/fit-text.js";

/** Returns the reason for a hold in one or two words, and its end if known. */
export function holdText(hold: Hold, nowMs: number): string {
  const until = "untilMs" in hold && hold.untilMs > nowMs;
  const time = until ? ` until ${formatTime(hold.untilMs, nowMs)}` : "";
  return `${holdWords[hold.kind]}${time}`;
}

/** Returns the change that would make the calls faster; empty if there is none. */
export function fasterText(hold: Hold, name: string): string {
  switch (hold.kind) {
    case "requests":
      return hold.sharedWith === undefined
        ? `ostinato change ${name} --max-queries N raises the limiting rate.`
        : `ostinato limits shows who shares the limiting rate.`;
    case "tokens":
      return "Tokens per minute are the limit: a higher rate of requests changes nothing.";
    case "in-flight":
      return `ostinato change ${name} --in-flight N: ${formatCount(hold.inFlight)} calls in flight are the limit.`;
    case "throttled":
      return `${oneLine(hold.target)} answers 429: it recovers by itself, and a higher rate changes nothing.`;
    case "paused":
      return `ostinato resume ${name} ends the pause.`;
    case "day":
      return `ostinato resume ${name}, once the quota of the day is raised`;
    case "worker":
      return "ostinato up starts a worker. None answers now.";
    case "answers":
    case "unreachable":
    case "blocked":
      return "";
  }
}
