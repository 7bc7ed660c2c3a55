import type { ExperimentStatus } from "../../../src/client/status/status.js";

/** The actual rates at which groups finish records, measured over the last minute of following. */
export interface Pace {
  readonly observe: (status: ExperimentStatus, nowMs: number) => void;
  /** Records per minute; `undefined` for the first seconds. */
  readonly perMinute: (group: string) => number | undefined;
}

interface Sample {
  readonly atMs: number;
  readonly ended: ReadonlyMap<string, number>;
}

const windowMs = 60_000;
const shortestMs = 4000;

export function createPace(): Pace {
  let samples: Sample[] = [];
  let latest: Sample | undefined;
  return {
    observe(status, nowMs) {
      const ended = new Map(
        status.groups.map((group) => [group.name, group.completed + group.failed]),
      );
      latest = { atMs: nowMs, ended };
      const last = samples.at(-1);
      if (last !== undefined && nowMs - last.atMs < 1000) return;
      samples = [...samples.filter(({ atMs }) => nowMs - atMs <= windowMs), latest];
    },
    perMinute(group) {
      const first = samples[0];
      if (!first || !latest || latest.atMs - first.atMs < shortestMs) return undefined;
      const from = first.ended.get(group);
      const to = latest.ended.get(group);
      if (from === undefined || to === undefined) return undefined;
      return ((to - from) * 60_000) / (latest.atMs - first.atMs);
    },
  };
}
