import { describeResult, lastJson, resultOf, startCli } from "./cli-process.js";
import type { SetUp } from "./set-up.js";
import type { RunCommand } from "./stack.js";
import { waitUntil } from "./wait-until.js";

/** The fields of `ostinato status NAME --json` that benches use. */
export interface ExperimentStatus {
  readonly state: string;
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  readonly problems: readonly string[];
  readonly blocked: readonly { readonly target: string; readonly reason: string }[];
}

export async function experimentStatus(setUp: SetUp, name: string): Promise<ExperimentStatus> {
  return statusFrom(async (...given) => resultOf(startCli(setUp, given)), name);
}

async function statusFrom(run: RunCommand, name: string): Promise<ExperimentStatus> {
  const result = await run("status", name, "--json");
  if (result.code !== 0) throw new Error(`ostinato status ${name}: ${describeResult(result)}`);
  // This is the CLI's documented JSON. A missing field shows up as a failing figure.
  return lastJson(result) as ExperimentStatus;
}

export async function waitForStatus(
  run: RunCommand,
  name: string,
  isWanted: (status: ExperimentStatus) => boolean,
): Promise<ExperimentStatus> {
  const ask = async (): Promise<ExperimentStatus | undefined> => {
    const status = await statusFrom(run, name);
    return isWanted(status) ? status : undefined;
  };
  return waitUntil(ask, { what: `a status of ${name}`, timeoutMs: 60_000, everyMs: 500 });
}
