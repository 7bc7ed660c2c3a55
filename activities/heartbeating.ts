import { heartbeat } from "@temporalio/activity";

/**
 * The worker forwards at most one heartbeat in 2 s. A lease counts as lost after 4 s without one.
 */
const everyMs = 1_500;

/** Sends heartbeats while an activity works, which also deliver a cancellation to it. */
export async function heartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(heartbeat, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
