import { readFileSync } from "node:fs";

interface MemorySample {
  /** Time in ms since the epoch. */
  readonly at: number;
  readonly residentBytes: number;
}

export interface MemoryWatch {
  /** Returns the highest resident size so far in bytes, from the kernel. */
  readonly peakBytes: () => number;
  /** Returns the resident sizes, one sample per second. */
  readonly samples: () => readonly MemorySample[];
  readonly stop: () => void;
}

/** Watches a process through `/proc`, which only Linux has. The process may end in the meantime. */
export function watchMemory(pid: number): MemoryWatch {
  const samples: MemorySample[] = [];
  let peakBytes = 0;
  const look = (): void => {
    const status = readStatus(pid);
    if (status === undefined) return;
    peakBytes = Math.max(peakBytes, kilobytes(status, "VmHWM") * 1_024);
    samples.push({ at: Date.now(), residentBytes: kilobytes(status, "VmRSS") * 1_024 });
  };
  look();
  const timer = setInterval(look, 1_000);
  return {
    peakBytes: () => peakBytes,
    samples: () => samples,
    stop: () => clearInterval(timer),
  };
}

function readStatus(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined;
  }
}

/** Returns a number of kilobytes; 0 for an ending process, which has no memory anymore. */
function kilobytes(status: string, name: string): number {
  const [, value = "0"] = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status) ?? [];
  return Number(value);
}
