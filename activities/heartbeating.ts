import { heartbeat } from "@temporalio/activity";

/** The worker passes one on every 2 s at most; a lease is given up for lost after 4 s without. */
const everyMs = 1_500;

/** Keeps an activity alive at the server for as long as it works, and lets a cancellation reach it. */
export async function heartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(heartbeat, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
