import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApplicationFailure } from "@temporalio/activity";
import { ActivityCancellationDetails } from "@temporalio/common";
import { MockActivityEnvironment } from "@temporalio/testing";
import { DefaultLogger } from "@temporalio/worker";
import type {
  Activities,
  LeaseSlotsInput,
  PageContext,
  SendPromptsInput,
  Wave,
} from "../../../activities/contract.js";
import { onTestFinished } from "vitest";
import { createActivities } from "../../../activities/index.js";
import type { ActivityDependencies } from "../../../activities/index.js";
import { CallsInFlight } from "../../../activities/sending/call/calls-in-flight.js";
import type {
  ExperimentSettings,
  PreparedExperiment,
} from "../../../src/domain/experiment/experiment.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import type { SlotRun } from "../../../src/domain/limit/slots.js";
import { readEnvironment } from "../../../src/providers/access/environment.js";
import type { Provider, ProviderCall } from "../../../src/providers/provider.js";
import { createRegistry } from "../../../src/providers/registry/registry.js";
import { createTestProvider } from "../../../src/providers/test/create-provider.js";
import { steadyClock } from "../../helpers/steady-clock.js";
import { preparedRun, recordLine } from "../../storage/run/prepared-run.js";
import { leaserOf, limitInMemory } from "../leaser/limit-in-memory.js";
import type { LimitInMemory } from "../leaser/limit-in-memory.js";

/** A call that reached the API. */
export interface SeenCall extends ProviderCall {
  readonly atMs: number;
}

export interface WorkerProcess {
  readonly activities: Activities;
  readonly limit: LimitInMemory;
}

interface ProcessOptions {
  readonly limit?: LimitInMemory;
  readonly onlyTarget?: string;
  /** @default no workflow has ended */
  readonly findEnded?: ActivityDependencies["findEnded"];
}

export interface SendingOptions extends Partial<ExperimentSettings> {
  /** In place of the `test` API's. */
  readonly send?: Provider["send"];
}

/** A prepared run in a data folder of its own, and worker processes that send for it. */
export class Sending {
  readonly run: PreparedExperiment;
  readonly calls: SeenCall[] = [];
  readonly #send: Provider["send"];

  private constructor(run: PreparedExperiment, send: Provider["send"] | undefined) {
    this.run = run;
    this.#send = send ?? createTestProvider(() => 1).send;
  }

  static async of(
    lines: readonly string[],
    { send, ...settings }: SendingOptions = {},
  ): Promise<Sending> {
    steadyClock();
    return new Sending(await preparedRun(lines, settings), send);
  }

  /** A separate process: it has nothing in memory but the files that it reads. */
  process({
    limit = limitInMemory(),
    findEnded = async () => [],
    ...options
  }: ProcessOptions = {}): WorkerProcess {
    const leaser = leaserOf(limit, options);
    const activities = createActivities({
      calls: new CallsInFlight(),
      leasers: { of: () => leaser, open: () => undefined },
      openRegistry: async () => ({
        ...createRegistry(),
        loadProvider: async () => ({
          ...createTestProvider(),
          send: async (call) => {
            this.calls.push({ ...call, atMs: Date.now() });
            return this.#send(call);
          },
        }),
        checkRecord: () => [],
      }),
      readEnvironment: async (envFile) => readEnvironment(envFile, {}),
      forgetHistories: async () => "kept",
      findEnded,
      tellGroups: async () => undefined,
      requireFolder: async () => undefined,
      watched: { plan: async () => ({ busy: "pilot" }), findEnd: async () => undefined },
    });
    onTestFinished(async () => {
      const { directory } = this.run;
      await attempt(1).run(activities.finishExperiment, { directory, cancelled: ["all"] });
    });
    return { activities, limit };
  }

  context(given: Partial<PageContext> = {}): PageContext {
    const { slug, limitKey, limitId } = this.run.groups[0]!;
    const group = `experiment/pilot/${this.run.stamp}/group/${slug}`;
    return {
      directory: this.run.directory,
      group: slug,
      groupId: group,
      pageId: `${group}/page/0`,
      limitKey,
      limitId,
      requestsPerMinute: 6_000,
      priority: 3,
      resumes: 0,
      ...given,
    };
  }

  /**
   * A slice of the first records, whose slots come as soon as a busy machine can be ready for them.
   */
  slice(records: number, given: Partial<SendPromptsInput> = {}): SendPromptsInput {
    return {
      ...this.context(),
      ranges: [[0, records]],
      slots: slotsFrom(Date.now() + 200, records),
      ...given,
    };
  }

  wave(given: Partial<LeaseSlotsInput> = {}): LeaseSlotsInput {
    return {
      ...this.context(),
      ranges: [[0, this.run.records]],
      wanted: 10,
      blocked: [],
      labels: true,
      preview: true,
      ...given,
    };
  }

  /** All that the processes have logged, by file and then in order. */
  log(): LogLine[] {
    const { directory } = this.run;
    const files = readdirSync(directory).filter((name) => /^all\..*\.jsonl$/.test(name));
    return files
      .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n"))
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as LogLine);
  }

  logged<Kind extends LogLine["kind"]>(kind: Kind): Extract<LogLine, { kind: Kind }>[] {
    return this.log().filter(
      (line): line is Extract<LogLine, { kind: Kind }> => line.kind === kind,
    );
  }
}

/** A record whose call takes so long. */
export function slow(id: number, latencyMs: number): string {
  return recordLine(id, { parameters: { latency_ms: latencyMs } });
}

/** One whose call fails as the `test` API is told to. */
export function failing(id: number, parameters: Readonly<Record<string, unknown>>): string {
  return recordLine(id, { parameters: { latency_ms: 0, ...parameters } });
}

/** The rest of what a slice answers whose records were all completed. */
export const completedAll = { failed: 0, left: [], blocked: [], refusals: [], resumes: 0 };

export function slotsFrom(firstAtMs: number, count: number, intervalMs = 10): readonly SlotRun[] {
  return [{ firstAtMs, intervalMs, count }];
}

/** The environment in which Temporal would run the activity. */
export function attempt(number: number): MockActivityEnvironment {
  const logger = new DefaultLogger("ERROR");
  return new MockActivityEnvironment({ attempt: number }, { logger });
}

/** A pause or a cancel, as the server tells it. */
export function cancel(environment: MockActivityEnvironment): void {
  environment.cancel("CANCELLED", new ActivityCancellationDetails({ cancelRequested: true }));
}

/** The server knows the attempt no more: its heartbeats were lost. */
export function lose(environment: MockActivityEnvironment): void {
  environment.cancel("NOT_FOUND", new ActivityCancellationDetails({ notFound: true }));
}

/** The worker shuts down. */
export function shutDown(environment: MockActivityEnvironment): void {
  const details = new ActivityCancellationDetails({ workerShutdown: true });
  environment.cancel("WORKER_SHUTDOWN", details);
}

export async function leaseIn(
  environment: MockActivityEnvironment,
  { activities }: WorkerProcess,
  input: LeaseSlotsInput,
): Promise<Wave> {
  return environment.run<[LeaseSlotsInput], Wave, Activities["leaseSlots"]>(
    activities.leaseSlots,
    input,
  );
}

/** The error with which the activity asks Temporal for a retry. */
export async function failureOf(running: Promise<unknown>): Promise<ApplicationFailure> {
  try {
    await running;
  } catch (error) {
    if (error instanceof ApplicationFailure) return error;
    throw error;
  }
  throw new Error("Expected the activity to fail, but it returned.");
}
