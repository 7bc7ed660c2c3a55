import { formatCount } from "../output/format/format-count.js";
import type { Terminal } from "../output/terminal/terminal.js";

const everyMs = 5_000;

/** Says now and then how many lines are through. @param done what became of them: `scored` */
export function tellLines({ talk }: Terminal, done: string): (count: number) => void {
  let saidAtMs = Date.now();
  return (count) => {
    if (Date.now() - saidAtMs < everyMs) return;
    saidAtMs = Date.now();
    talk(`${formatCount(count)} lines ${done}.`);
  };
}
