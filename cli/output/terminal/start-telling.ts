export interface Teller<Status> {
  readonly show: (status: Status) => void;
  readonly stop: () => void;
}

interface Telling<Status> {
  readonly newsOf: (status: Status, nowMs: number) => readonly string[];
  readonly tell: (text: string) => void;
  readonly onTick?: () => void;
}

/**
 * Reports the news of each status, and repeats this while no status arrives, because problems
 * persist and the remaining time changes.
 */
export function startTelling<Status>({ newsOf, tell, onTick }: Telling<Status>): Teller<Status> {
  let latest: Status | undefined;
  const tellNews = (): void => {
    if (latest !== undefined) newsOf(latest, Date.now()).forEach(tell);
  };
  const ticking = setInterval(() => {
    tellNews();
    onTick?.();
  }, 1000);
  ticking.unref();
  return {
    show(status) {
      latest = status;
      tellNews();
    },
    stop: () => clearInterval(ticking),
  };
}
