import { lastJson, runCliWell } from "./cli-process.js";
import type { SetUp } from "./set-up.js";
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
  const result = await runCliWell(setUp, ["status", name, "--json"]);
  // The CLI's documented JSON; a missing field shows as a failing figure.
  return lastJson(result) as ExperimentStatus;
}

export async function waitForStatus(
  setUp: SetUp,
  name: string,
  isWanted: (status: ExperimentStatus) => boolean,
): Promise<ExperimentStatus> {
  const ask = async (): Promise<ExperimentStatus | undefined> => {
    const status = await experimentStatus(setUp, name);
    return isWanted(status) ? status : undefined;
  };
  return waitUntil(ask, { what: `a status of ${name}`, timeoutMs: 60_000, everyMs: 500 });
}
