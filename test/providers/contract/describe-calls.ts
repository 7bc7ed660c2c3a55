import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import type { Fault } from "../../helpers/vendor-server.js";
import type { AdapterUnderTest } from "./adapter-under-test.js";
import { callOf, failureOf, start } from "./one-call.js";

const timeoutMs = 10_000;

/** How calls end before their answer, and what they share. */
export function describeCalls(adapter: AdapterUnderTest): void {
  describeEnd(adapter);
  describeConnections(adapter);
}

function describeEnd(adapter: AdapterUnderTest): void {
  const abortIn = async (fault: Fault): Promise<void> => {
    const controller = new AbortController();
    const started = await start({ body: adapter.reply, fault });
    const call = callOf(adapter, started, { signal: controller.signal });
    const failing = failureOf(adapter.create(), call);
    await waitUntil(() => started.requests.length === 1, { what: "the request", timeoutMs });
    await sleep(50);
    const abortedAt = Date.now();
    controller.abort();
    expect((await failing).facts).toEqual({ kind: "aborted" });
    // The API would never answer.
    expect(Date.now() - abortedAt).toBeLessThan(10_000);
    const isClosed = (): boolean => started.connections().open === 0;
    await waitUntil(isClosed, { what: "the end of the connection", timeoutMs });
  };

  for (const fault of ["hang-before-headers", "hang-in-body"] as const) {
    it(`ends a call at once that a user aborts in a ${fault}, and closes its connection`, () =>
      abortIn(fault));
  }

  it("sends nothing for a call that is aborted before its start", async () => {
    const started = await start({ body: adapter.reply });
    const call = callOf(adapter, started, { signal: AbortSignal.abort() });
    const error = await failureOf(adapter.create(), call);
    expect(error.facts.kind).toBe("aborted");
    expect(started.requests).toEqual([]);
  });
}

function describeConnections(adapter: AdapterUnderTest): void {
  it("uses its connection again for calls in turn", async () => {
    const started = await start({ body: adapter.reply });
    const provider = adapter.create();
    for (let call = 0; call < 10; call += 1) await provider.send(callOf(adapter, started));
    // A client may not have its connection back yet when the next call begins.
    expect(started.connections().most).toBeLessThan(4);
  });

  it("holds 300 calls in flight at once", async () => {
    const news = new EventEmitter();
    const all = once(news, "all");
    // Nobody is answered before all have come.
    const started = await start((_request, index) => {
      if (index === 299) news.emit("all");
      return { body: adapter.reply, after: all };
    });
    const provider = adapter.create();
    const calls = Array.from({ length: 300 }, () => provider.send(callOf(adapter, started)));
    await Promise.all(calls);
    expect(started.connections().most).toBe(300);
  });

  it("prints nothing", async () => {
    const methods = ["log", "info", "warn", "error", "debug"] as const;
    const spies = [
      ...methods.map((method) => vi.spyOn(console, method)),
      vi.spyOn(process.stdout, "write"),
      vi.spyOn(process.stderr, "write"),
    ];
    const started = await start((_request, index) =>
      index === 0 ? { body: adapter.reply } : { status: 500, body: adapter.errorBody("Sorry") },
    );
    const provider = adapter.create();
    await provider.warmUp?.();
    await provider.send(callOf(adapter, started));
    await failureOf(provider, callOf(adapter, started));
    const printed = spies.flatMap((spy) => spy.mock.calls);
    for (const spy of spies) spy.mockRestore();
    expect(printed).toEqual([]);
  });
}
