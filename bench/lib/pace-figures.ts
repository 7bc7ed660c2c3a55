import type { Figure } from "./figures.js";
import { atMost } from "./figures.js";
import { allowedPerMinute } from "./measure.js";

/** Slack of a minute for the limit, in ms: `steady`, or `disturbed` by a kill or a stall. */
const slackMs = { steady: 50, disturbed: 300 } as const;

interface Limited {
  readonly rate: number;
  readonly minute: keyof typeof slackMs;
  /** Name of the figure. @default "most calls in a minute" */
  readonly what?: string;
}

/** Returns the busiest minute, with the maximum that the limit allows. */
export function busiestMinute(
  measured: number,
  { rate, minute, what = "most calls in a minute" }: Limited,
): Figure {
  return atMost({ what, measured }, allowedPerMinute(rate, slackMs[minute]));
}

/**
 * Returns the time until the full pace returned. @param afterMs time in ms; `undefined` if it never
 * returned
 */
export function returnOfPace(
  afterMs: number | undefined,
  what = "full pace after the return",
): Figure {
  return atMost({ what, measured: (afterMs ?? Infinity) / 1_000, unit: "s" }, 10);
}
