import { formatCount } from "../output/format/format-count.js";
import type { Terminal } from "../output/terminal/terminal.js";

const everyMs = 5_000;

/**
 * Reports the number of processed lines at intervals. @param done participle for the message, e.g.
 * `scored`
 */
export function tellLines({ talk }: Terminal, done: string): (count: number) => void {
  let saidAtMs = Date.now();
  return (count) => {
    if (Date.now() - saidAtMs < everyMs) return;
    saidAtMs = Date.now();
    talk(`${formatCount(count)} lines ${done}.`);
  };
}
