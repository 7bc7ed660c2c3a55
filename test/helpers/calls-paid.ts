import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CliSetUp } from "./cli-set-up.js";

/**
 * Calls that the runs of a name have paid for, by their logs.
 *
 * @param within a folder of each run. @default that of its lines
 */
export function callsPaid({ setUp }: CliSetUp, name: string, within = ""): number {
  const folder = join(setUp.dataFolder, "output", name);
  const states = readdirSync(folder).filter((each) => /^\.[\d-]+$/.test(each));
  const logs = states.flatMap((state) => {
    const own = join(folder, state, within);
    const names = existsSync(own) ? readdirSync(own) : [];
    const rows = names.filter((each) => /^rows\..*\.jsonl$/.test(each));
    return rows.map((each) => readFileSync(join(own, each), "utf8"));
  });
  const calls = logs.join("").match(/^\{"kind":"call".*"answer".*$/gm) ?? [];
  return calls.filter((line) => !line.includes('"reused":true')).length;
}
