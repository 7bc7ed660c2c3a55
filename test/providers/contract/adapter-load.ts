/**
 * Many calls of one adapter against a server in the same process: what they add, and what they
 * leave behind.
 */
import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Provider, ProviderCall } from "../../../src/providers/provider.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import type { VendorServer } from "../../helpers/vendor-server.js";
import type { AdapterUnderTest } from "./adapter-under-test.js";

const key = "sk-load-0123456789";

/** Times of one call, in milliseconds. */
export interface CallTime {
  /** Processor time, including the server's. Other processes of the machine do not count. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Overhead {
  readonly adapter: CallTime;
  /** Times of the vendor's own client. */
  readonly bare: CallTime;
}

const rounds = 5;
const callsPerRound = 60;

/** Calls in turn, by turns through adapter and client; of each the median round counts. */
export async function measureOverhead(adapter: AdapterUnderTest): Promise<Overhead> {
  const server = await startVendorServer(() => ({ body: adapter.reply }));
  try {
    const provider = adapter.create();
    const call = callTo(adapter, server);
    const send = (): Promise<unknown> => provider.send(call);
    const bare = await adapter.bareCall(server.origin, key);
    // Until the compiler has seen both often enough.
    for (let round = 0; round < 3; round += 1) {
      await timeOf(send);
      await timeOf(bare);
    }
    const times: Overhead[] = [];
    for (let round = 0; round < rounds; round += 1) {
      times.push({ adapter: await timeOf(send), bare: await timeOf(bare) });
    }
    return {
      adapter: medianTime(times.map((time) => time.adapter)),
      bare: medianTime(times.map((time) => time.bare)),
    };
  } finally {
    await server.close();
  }
}

async function timeOf(send: () => Promise<unknown>): Promise<CallTime> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (let call = 0; call < callsPerRound; call += 1) await send();
  const { user, system } = process.cpuUsage(before);
  return {
    cpuMs: (user + system) / 1_000 / callsPerRound,
    wallMs: (performance.now() - startedAt) / callsPerRound,
  };
}

function medianTime(times: readonly CallTime[]): CallTime {
  return {
    cpuMs: median(times.map(({ cpuMs }) => cpuMs)),
    wallMs: median(times.map(({ wallMs }) => wallMs)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

export interface Leavings {
  readonly mostConnections: number;
  /** Still open at the server when the connections had been idle for a while. */
  readonly openConnections: number;
  /** Sockets of this process beyond those after the warm-up calls. */
  readonly sockets: number;
  /** On the signals of the calls. */
  readonly listeners: number;
  /** How much larger the heap is than after the first calls, bytes. */
  readonly heapBytes: number;
}

const inFlight = 300;

/** @param calls so many at 300 in flight, after 900 that make ready what is made once */
export async function measureLeavings(adapter: AdapterUnderTest, calls: number): Promise<Leavings> {
  const server = await startVendorServer(() => ({ body: adapter.reply, delayMs: 20 }));
  const provider = adapter.create();
  try {
    await sendMany(adapter, { provider, server, calls: 900 });
    const socketsBefore = countSockets();
    const heapBefore = await heapBytes();
    const listeners = await sendMany(adapter, { provider, server, calls });
    return {
      mostConnections: server.connections().most,
      openConnections: server.connections().open,
      listeners,
      sockets: countSockets() - socketsBefore,
      heapBytes: (await heapBytes()) - heapBefore,
    };
  } finally {
    await server.close();
  }
}

interface Load {
  readonly provider: Provider;
  readonly server: VendorServer;
  readonly calls: number;
}

/**
 * Sends, waits until the connections are closed again, and tells how many listeners stayed on the
 * signals.
 */
async function sendMany(adapter: AdapterUnderTest, load: Load): Promise<number> {
  const { provider, server, calls } = load;
  const signals = Array.from({ length: inFlight }, () => new AbortController().signal);
  let left = calls;
  const sendInTurn = async (signal: AbortSignal): Promise<void> => {
    while (left-- > 0) await provider.send(callTo(adapter, server, signal));
  };
  await Promise.all(signals.map(sendInTurn));
  if (server.requests.length !== calls) {
    throw new Error(`Expected ${calls} requests, got ${server.requests.length}.`);
  }
  server.forget();
  for (let waits = 0; waits < 100 && server.connections().open > 0; waits += 1) await sleep(100);
  return signals.flatMap((signal) => getEventListeners(signal, "abort")).length;
}

function callTo(
  { record, environment }: AdapterUnderTest,
  { origin }: VendorServer,
  signal = new AbortController().signal,
): ProviderCall {
  return {
    record,
    environment: environment(origin, key),
    turn: 0,
    answers: [],
    mediaFolder: "/nonexistent",
    attempt: 1,
    signal,
  };
}

function countSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}

/** Objects that finalizers release need a turn of the event loop and another collection. */
async function heapBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  // With that flag every new context has it.
  const collect = runInNewContext("gc") as () => void;
  for (let pass = 0; pass < 4; pass += 1) {
    collect();
    await sleep(50);
  }
  return process.memoryUsage().heapUsed;
}
