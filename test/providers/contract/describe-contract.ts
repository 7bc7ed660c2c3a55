import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { classifyFailure } from "../../../src/domain/failure-class.js";
import type { PromptRecord } from "../../../src/domain/prompt-record.js";
import { modelVariable } from "../../../src/providers/environment.js";
import { ProviderError } from "../../../src/providers/provider.js";
import type { Environment, Provider, ProviderCall } from "../../../src/providers/provider.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import type { Fault, PlannedReply, Reply, VendorServer } from "../../helpers/vendor-server.js";
import type { AdapterUnderTest, FailureRow, PromptFormCase } from "./adapter-under-test.js";
import { canary, nowMs, rowsOfAll } from "./failure-rows.js";

/** What every adapter that speaks HTTP promises: the same suite runs over each. */
export function describeContract(adapter: AdapterUnderTest): void {
  describe(`${adapter.name} keeps the contract of adapters`, () => {
    describePromptForms(adapter);
    describeFailures(adapter);
    describeEnd(adapter);
    describeEnvironment(adapter);
    describeConnections(adapter);
  });
}

let server: VendorServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(reply: Reply | PlannedReply): Promise<VendorServer> {
  server = await startVendorServer(typeof reply === "function" ? reply : () => reply);
  return server;
}

function callOf(
  { record, environment }: AdapterUnderTest,
  { origin }: VendorServer,
  changes: Partial<ProviderCall> = {},
): ProviderCall {
  return {
    record,
    environment: environment(origin, canary),
    turn: 0,
    answers: [],
    mediaFolder: "/nonexistent",
    attempt: 1,
    signal: new AbortController().signal,
    ...changes,
  };
}

function describePromptForms(adapter: AdapterUnderTest): void {
  const exchange = async (form: PromptFormCase): Promise<void> => {
    const started = await start({ body: form.reply ?? adapter.reply });
    const call = callOf(adapter, started, {
      record: { ...adapter.record, ...form.given } as PromptRecord,
      turn: form.turn ?? 0,
      answers: form.answers ?? [],
      mediaFolder: await mediaFolderOf(form.media ?? {}),
    });
    const provider = adapter.create();
    expect(provider.check(call.record)).toEqual([]);
    const answer = await provider.send(call);
    expect(started.requests).toHaveLength(1);
    const { method, path, body, headers } = started.requests[0]!;
    expect({ method, path, body }).toEqual({
      method: "POST",
      path: form.sent.path,
      body: form.sent.body,
    });
    expect(headers).toMatchObject(form.sent.headers ?? {});
    expect(answer).toEqual(form.answer ?? adapter.answer);
    expect(shown(answer)).not.toContain(canary);
    const media = Object.keys(form.media ?? {});
    expect(provider.media?.(call.record).map(({ path: named }) => named) ?? []).toEqual(media);
  };

  for (const form of adapter.forms) it(`sends ${form.title}`, () => exchange(form));

  it("passes unknown parameters on, and quotes the API that refuses them", async () => {
    const reply = { status: 400, body: adapter.errorBody("Unknown parameter: 'unheard_of'") };
    const started = await start(reply);
    const record: PromptRecord = {
      ...adapter.record,
      parameters: { ...adapter.record.parameters, unheard_of: [1, null] },
    };
    const error = await failureOf(adapter.create(), callOf(adapter, started, { record }));
    expect(error.message).toContain("Unknown parameter: 'unheard_of'");
    expect(started.requests[0]?.text).toContain('"unheard_of":[1,null]');
  });

  it.each(adapter.refusedPrompts)("refuses the prompt %j, and sends nothing", async (prompt) => {
    const started = await start({ body: adapter.reply });
    // Prompts come from a file, as whatever JSON is there.
    const record: PromptRecord = { ...adapter.record, prompt: prompt as PromptRecord["prompt"] };
    expect(adapter.create().check(record)).not.toEqual([]);
    const error = await failureOf(adapter.create(), callOf(adapter, started, { record }));
    expect(error.facts.kind).toBe("bad-prompt");
    expect(started.requests).toEqual([]);
  });
}

async function mediaFolderOf(files: Readonly<Record<string, Buffer>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

function describeFailures(adapter: AdapterUnderTest): void {
  const classify = async (row: FailureRow): Promise<void> => {
    const started = await start(row.reply);
    const signal =
      row.timeoutMs === undefined
        ? new AbortController().signal
        : AbortSignal.timeout(row.timeoutMs);
    const record = { ...adapter.record, ...row.given } as PromptRecord;
    const error = await failureOf(adapter.create(), callOf(adapter, started, { signal, record }));
    expect(classifyFailure(error.facts, nowMs)).toEqual({
      class: row.class,
      type: row.type,
      ...(row.retryAfterMs !== undefined && { retryAfterMs: row.retryAfterMs }),
    });
    expect(started.requests).toHaveLength(1);
    expect(shown(error)).not.toContain(canary);
  };

  for (const row of [...rowsOfAll(adapter), ...adapter.failures]) {
    it(`calls ${row.title} ${row.class} and ${row.type}, after one request`, () => classify(row));
  }

  it("reports the status, the API's message and the request's id, and no cookie", async () => {
    const { requestIdHeader = "x-request-id", hasErrorCodes = true } = adapter;
    const started = await start({
      status: 400,
      body: adapter.errorBody("The temperature is too high", "bad_temperature"),
      headers: { [requestIdHeader]: "req-7", "set-cookie": "session=secret" },
    });
    const error = await failureOf(adapter.create(), callOf(adapter, started));
    expect(error.message).toBe("The temperature is too high");
    expect(error.facts).toMatchObject({
      kind: "status",
      status: 400,
      ...(hasErrorCodes && { code: "bad_temperature" }),
      requestId: "req-7",
    });
    expect(shown(error)).not.toContain("session=secret");
  });

  it("says who refused the connection", async () => {
    const started = await start({});
    await started.close();
    const error = await failureOf(adapter.create(), callOf(adapter, started));
    expect(error.facts.kind).toBe("connection");
    expect(error.message).toContain("ECONNREFUSED 127.0.0.1:");
  });
}

function describeEnd(adapter: AdapterUnderTest): void {
  const abortIn = async (fault: Fault): Promise<void> => {
    const controller = new AbortController();
    const started = await start({ body: adapter.reply, fault });
    const call = callOf(adapter, started, { signal: controller.signal });
    const failing = failureOf(adapter.create(), call);
    await until(() => started.requests.length === 1);
    await pause(50);
    const abortedAt = Date.now();
    controller.abort();
    expect((await failing).facts).toEqual({ kind: "aborted" });
    expect(Date.now() - abortedAt).toBeLessThan(500);
    await until(() => started.connections().open === 0);
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

function describeEnvironment(adapter: AdapterUnderTest): void {
  const variables = Object.keys(adapter.environment("", ""));

  it.each(adapter.requiredVariables)(
    "is blocked without %s and sends nothing",
    async (variable) => {
      const started = await start({ body: adapter.reply });
      const environment = { ...adapter.environment(started.origin, canary), [variable]: "" };
      const provider = adapter.create();
      const error = await failureOf(provider, callOf(adapter, started, { environment }));
      expect(classifyFailure(error.facts, nowMs)).toEqual({ class: "blocked", type: "MissingKey" });
      const own = modelVariable(variable, adapter.record.model_name);
      expect(error.message).toContain(variable);
      expect(error.message).toContain(own);
      expect(provider.missingVariables(adapter.record, environment)).toEqual([
        `${own} or ${variable}`,
      ]);
      expect(started.requests).toEqual([]);
    },
  );

  it("lacks nothing where its variables are set, and knows which of them are secret", () => {
    const environment = adapter.environment("http://127.0.0.1:9", canary);
    const { missingVariables, secretVariables } = adapter.create();
    expect(missingVariables(adapter.record, environment)).toEqual([]);
    const withKey = variables.filter((variable) => environment[variable]?.includes(canary));
    expect(secretVariables).toEqual(expect.arrayContaining(withKey));
  });

  it("takes each variable of a model before the general one", async () => {
    const started = await start({ body: adapter.reply });
    const own = adapter.environment(started.origin, canary);
    const environment: Record<string, string | undefined> = {
      ...adapter.environment("http://127.0.0.1:9", "sk-general-0123456789"),
    };
    for (const [name, value] of Object.entries(own)) {
      environment[modelVariable(name, adapter.record.model_name)] = value;
    }
    expect(await adapter.create().send(callOf(adapter, started, { environment }))).toEqual(
      adapter.answer,
    );
    expect(started.requests.map(({ headers }) => shown(headers)).join()).not.toContain(
      "sk-general",
    );
  });

  it("gives calls with different keys their own", async () => {
    const started = await start({ body: adapter.reply, delayMs: 20 });
    const provider = adapter.create();
    const keys = ["sk-first-0123456789", "sk-second-0123456789"];
    const environments: readonly Environment[] = keys.map((key) =>
      adapter.environment(started.origin, key),
    );
    const calls = [...environments, ...environments].map((environment) =>
      provider.send(callOf(adapter, started, { environment })),
    );
    await Promise.all(calls);
    if (adapter.create().secretVariables.length === 0) return;
    const seen = started.requests.map((request) =>
      keys.findIndex((key) => shown([request.headers, request.path]).includes(key)),
    );
    expect(seen.sort()).toEqual([0, 0, 1, 1]);
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
    const started = await start({ body: adapter.reply, delayMs: 1_000 });
    const provider = adapter.create();
    const calls = Array.from({ length: 300 }, () => provider.send(callOf(adapter, started)));
    await Promise.all(calls);
    const arrivals = started.requests.map(({ at }) => at);
    expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeLessThan(1_000);
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

export async function failureOf(provider: Provider, call: ProviderCall): Promise<ProviderError> {
  const thrown: unknown = await provider.send(call).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ProviderError);
  // Asserted on the line above.
  return thrown as ProviderError;
}

/** All that a log could come to show of a value. */
function shown(value: unknown): string {
  const stack = value instanceof Error ? value.stack : "";
  return [stack, JSON.stringify(value), inspect(value, { depth: 20, showHidden: true })].join();
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("It did not come to that in 10 s.");
    await pause(10);
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
