import type { Figure } from "./figures.js";
import { atMost } from "./figures.js";
import { allowedPerMinute } from "./measure.js";

/** Slack of a minute for the limit: `steady`, or with a kill or a stall in it. */
const slackMs = { steady: 50, disturbed: 300 } as const;

interface Limited {
  readonly rate: number;
  readonly minute: keyof typeof slackMs;
  /** @default "most calls in a minute" */
  readonly what?: string;
}

/** The busiest minute beside what the limit allows. */
export function busiestMinute(
  measured: number,
  { rate, minute, what = "most calls in a minute" }: Limited,
): Figure {
  return atMost({ what, measured }, allowedPerMinute(rate, slackMs[minute]));
}

/** How long the full pace took to come back. @param afterMs `undefined` where it never did */
export function returnOfPace(
  afterMs: number | undefined,
  what = "full pace after the return",
): Figure {
  return atMost({ what, measured: (afterMs ?? Infinity) / 1_000, unit: "s" }, 10);
}
