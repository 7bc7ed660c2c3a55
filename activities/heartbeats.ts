import { activityInfo, Context } from "@temporalio/activity";

/**
 * Minimum time in ms between heartbeats. The worker forwards at most one in 2 s. A lease counts as
 * lost after 4 s without a heartbeat.
 */
const shortestMs = 1_500;
/** Maximum number of heartbeats per second of a process, because each is a write on the server. */
const mostASecond = 20;
/** Timeout in ms for activities that set none. */
const usualTimeoutMs = 10_000;

/** Functions that return the details of an activity's heartbeats. */
const details = new WeakMap<Context, () => unknown>();

/**
 * Sets the details in the heartbeats of the current activity. The Web UI shows them while the
 * activity is pending.
 */
export function tellInHeartbeats(tell: () => unknown): void {
  details.set(Context.current(), tell);
}

/** The heartbeats of a process's activities, which also deliver cancellations to them. */
export class Heartbeats {
  #activities = 0;

  /** Sends heartbeats while an activity works. */
  async while<Result>(work: () => Promise<Result>): Promise<Result> {
    const { heartbeatTimeoutMs = usualTimeoutMs } = activityInfo();
    const context = Context.current();
    let timer: NodeJS.Timeout | undefined;
    const beatLater = (): void => {
      timer = setTimeout(
        () => {
          context.heartbeat(details.get(context)?.());
          beatLater();
        },
        heartbeatEveryMs(this.#activities, heartbeatTimeoutMs),
      );
    };
    this.#activities += 1;
    beatLater();
    try {
      return await work();
    } finally {
      this.#activities -= 1;
      clearTimeout(timer);
    }
  }
}

/**
 * Returns the time in ms between two heartbeats of an activity, if a process has this number of
 * activities. It is at most a quarter of the timeout.
 */
export function heartbeatEveryMs(activities: number, timeoutMs: number): number {
  const sharedMs = (activities * 1_000) / mostASecond;
  return Math.max(shortestMs, Math.min(sharedMs, timeoutMs / 4));
}
