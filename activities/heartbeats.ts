import { activityInfo, Context } from "@temporalio/activity";

/**
 * The worker forwards at most one heartbeat in 2 s. A lease counts as lost after 4 s without one.
 */
const shortestMs = 1_500;
/** Each heartbeat is a write of the server. Those of a process come at most this often together. */
const mostASecond = 20;
/** Used if an activity has no timeout. */
const usualTimeoutMs = 10_000;

/** By activity: what its heartbeats tell. */
const details = new WeakMap<Context, () => unknown>();

/**
 * Makes the heartbeats of the current activity tell something, which the Web UI shows while it is
 * pending.
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
 * Time between two heartbeats of one of a process's activities: at most a quarter of its timeout.
 */
export function heartbeatEveryMs(activities: number, timeoutMs: number): number {
  const sharedMs = (activities * 1_000) / mostASecond;
  return Math.max(shortestMs, Math.min(sharedMs, timeoutMs / 4));
}
