import { everyRecord } from "../../src/domain/report/record-query.js";
import type { RecordQuery } from "../../src/domain/report/record-query.js";
import type { LiveRun } from "../../src/domain/report/live-run.js";
import type { RecordPage } from "../../src/domain/report/record-source.js";
import { startCli } from "./cli-process.js";
import { processorTimeOf } from "./processor-time.js";
import type { SetUp } from "./set-up.js";
import { waitUntil } from "./wait-until.js";

/** An answer of `ostinato view`, its time in ms, and the processor time of the server for it. */
export interface Answer<Body> {
  readonly body: Body;
  readonly ms: number;
  readonly processorMs: number;
}

/** A run that `ostinato view` serves in a separate process. */
export interface ServedRun {
  readonly page: (query: Partial<RecordQuery>, offset?: number) => Promise<Answer<RecordPage>>;
  /** Returns the prompts for models side by side. */
  readonly prompts: (offset: number) => Promise<Answer<unknown>>;
  readonly record: (index: number) => Promise<Answer<unknown>>;
  readonly live: () => Promise<LiveRun>;
  /** Returns the processor time of the server so far, in ms. */
  readonly processorMs: () => number;
  readonly close: () => Promise<void>;
}

export async function serveRun(setUp: SetUp, name: string): Promise<ServedRun> {
  const given = ["view", "--json", "--port", "0", "--data-folder", setUp.dataFolder];
  const server = startCli(setUp, given);
  const what = "the address of the page";
  const address = await waitUntil(() => addressIn(server.stdout()), { what, timeoutMs: 60_000 });
  const { origin, hash } = new URL(address);
  const token = hash.replace("#token=", "");
  const processorMs = (): number => processorTimeOf(server.pid);
  const get = async <Body>(path: string, parameters: object): Promise<Answer<Body>> => {
    const before = processorMs();
    const startedAt = performance.now();
    const query = new URLSearchParams({ name, ...parameters });
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${origin}/api/${path}?${query.toString()}`, { headers });
    const body = (await response.json()) as Body;
    if (!response.ok) throw new Error(JSON.stringify(body));
    return { body, ms: performance.now() - startedAt, processorMs: processorMs() - before };
  };
  return {
    page: async (query, offset = 0) =>
      get("page", { query: JSON.stringify({ ...everyRecord, ...query }), offset: String(offset) }),
    prompts: async (offset) =>
      get("prompts", { query: JSON.stringify(everyRecord), offset: String(offset) }),
    record: async (index) => get("record", { index: String(index) }),
    live: async () => (await get<LiveRun>("live", {})).body,
    processorMs,
    close: async () => {
      server.kill("SIGINT");
      await server.exited;
    },
  };
}

function addressIn(output: string): string | undefined {
  // The command prints one line of JSON.
  return output.endsWith("\n") ? (JSON.parse(output) as { url: string }).url : undefined;
}
