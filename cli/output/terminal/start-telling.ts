export interface Teller<Status> {
  readonly show: (status: Status) => void;
  readonly stop: () => void;
}

interface Telling<Status> {
  readonly newsOf: (status: Status, nowMs: number) => readonly string[];
  readonly tell: (text: string) => void;
  readonly onTick?: () => void;
}

/** Tells what is news of each status, and also while none comes: problems last, and the time that is left moves on. */
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
