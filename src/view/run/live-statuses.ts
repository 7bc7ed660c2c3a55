import type { Ostinato } from "../../client/connection/ostinato.js";
import { ExperimentFollower } from "../../client/status/experiment-follower.js";
import { findExperiment } from "../../client/status/find-experiment.js";
import { isOver } from "../../client/status/status.js";
import type { ExperimentStatus } from "../../client/status/status.js";
import { untakenRequests } from "../../client/status/untaken-requests.js";
import type { SteeringRequest } from "../../client/status/untaken-requests.js";
import type { LiveStatus } from "../../domain/report/live-run.js";
import { findResult } from "../../storage/run/run-result.js";
import { liveStatus } from "./live-status.js";

const findEveryMs = 2_000;
/** Time in ms without a request after which a page counts as closed. */
const unusedMs = 30_000;

interface Followed {
  readonly workflowId: string;
  readonly follower: ExperimentFollower;
  usedAtMs: number;
}

/** Statuses of the running experiments that open pages show. */
export class LiveStatuses {
  readonly #followed = new Map<string, Followed>();
  readonly #lookedAtMs = new Map<string, number>();

  /**
   * Returns the status of a name's latest run; `undefined` if there is nothing to show.
   *
   * @param directory state folder of the run, once it is prepared
   */
  async of(
    ostinato: Ostinato | undefined,
    name: string,
    directory: string | undefined,
  ): Promise<LiveStatus | undefined> {
    await this.#closeUnused();
    const followed = ostinato && (await this.#follow(ostinato, name));
    if (!ostinato || !followed) return await endedStatus(directory);
    followed.usedAtMs = Date.now();
    try {
      const status = await followed.follower.look();
      if (isOver(status.state)) await this.#close(name);
      const asked = await askedOf(ostinato, followed.workflowId, status);
      return liveStatus({ ...status, ...(asked.length > 0 && { asked }) });
    } catch (error) {
      await this.#close(name);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const name of [...this.#followed.keys()]) await this.#close(name);
  }

  async #follow(ostinato: Ostinato, name: string): Promise<Followed | undefined> {
    const known = this.#followed.get(name);
    if (known || Date.now() - (this.#lookedAtMs.get(name) ?? 0) < findEveryMs) return known;
    this.#lookedAtMs.set(name, Date.now());
    const found = await findExperiment(ostinato.client, name);
    if (found?.open !== true) return undefined;
    const options = { keepWorker: false };
    const follower = new ExperimentFollower(ostinato, { ...found, name }, options);
    const { workflowId } = found;
    const followed = { workflowId, follower, usedAtMs: Date.now() };
    this.#followed.set(name, followed);
    return followed;
  }

  async #close(name: string): Promise<void> {
    const followed = this.#followed.get(name);
    this.#followed.delete(name);
    await followed?.follower.close();
  }

  async #closeUnused(): Promise<void> {
    for (const [name, { usedAtMs }] of this.#followed) {
      if (Date.now() - usedAtMs > unusedMs) await this.#close(name);
    }
  }
}

/**
 * Returns the requests that no worker has taken. The server is asked only if the status shows a
 * problem.
 */
async function askedOf(
  { client }: Ostinato,
  workflowId: string,
  { problems }: ExperimentStatus,
): Promise<readonly SteeringRequest[]> {
  if (problems.length === 0) return [];
  // The server itself may be the problem.
  return await untakenRequests(client, workflowId).catch(() => []);
}

async function endedStatus(directory: string | undefined): Promise<LiveStatus | undefined> {
  const result = directory === undefined ? undefined : await findResult(directory);
  if (!result) return undefined;
  return {
    inFlight: 0,
    requestsPerMinute: 0,
    problems: [],
    actions: result.failed > 0 ? ["retry"] : [],
  };
}
