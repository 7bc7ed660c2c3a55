import { heartbeat } from "@temporalio/activity";

const everyMs = 3_000;

/** Keeps an activity alive at the server for as long as it works, and lets a cancellation reach it. */
export async function heartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(heartbeat, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
