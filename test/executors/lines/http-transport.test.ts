import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import { createExecutor } from "../../../src/flow/executors.js";
import { endOf, endsOf, poolOf, recordedRequests } from "./executor-set-up.js";
import type { PoolSetUp, TestPool } from "./executor-set-up.js";

type Given = Readonly<Record<string, JsonValue>>;

/** A service of lines: it answers each message with the messages that follow from it. */
class LineService {
  readonly heard: Given[] = [];
  readonly sessions = new Set<string>();
  isReady = true;
  #later: JsonObject[] = [];

  readonly handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = "";
    for await (const chunk of incoming.setEncoding("utf8")) text += String(chunk);
    this.sessions.add(String(incoming.headers["ostinato-session"]));
    const message = (text === "" ? {} : JSON.parse(text)) as Given;
    this.heard.push(message);
    if ("hello" in message && !this.isReady) response.writeHead(503).end("starting");
    else if (message["abandon"] !== undefined) response.writeHead(204).end();
    else await this.#answer(message, response);
  };

  async #answer(message: Given, response: ServerResponse): Promise<void> {
    const { deed } = (message["inputs"] ?? {}) as { readonly deed?: string };
    if (deed === "crash") {
      response.socket?.destroy();
      return;
    }
    if (deed === "refuse") response.writeHead(500).write("out of order");
    else if (deed === "noise") response.write("oops\n");
    else if (deed === "sleep") await sleep(10_000, undefined, { ref: false });
    else for (const told of this.#told(message)) response.write(`${JSON.stringify(told)}\n`);
    response.end();
  }

  #told(message: Given): readonly JsonObject[] {
    if ("hello" in message) {
      const facts = [{ file: "service", name: "obey", parameters: [{ name: "deed" }] }];
      return [{ ready: { version: 1, parallel: 8, facts } }];
    }
    const row = message["run"] ?? message["row"] ?? null;
    if ("answer" in message)
      return [{ row, done: (message["answer"] as JsonObject)["response"] ?? null }];
    if ("recorded" in message) return [{ row, done: "kept" }];
    if (!("run" in message)) return this.#later.splice(0);
    const { deed } = message["inputs"] as { readonly deed: string };
    if (deed === "ask") return [{ row, call: 0, request: { llm: "a/b", prompt: "c" } }];
    if (deed === "record") return [{ row, record: "page/0", value: 5 }];
    if (deed !== "later") return [{ row, done: deed.toUpperCase() }];
    this.#later.push({ row, done: "LATER" });
    return [];
  }
}

async function listen(service: LineService, port = 0): Promise<string> {
  const server = createServer((incoming, response) => void service.handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server on a port has an address of this type.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/lines`;
}

function poolAt(url: string, settings: Partial<PoolSetUp> = {}): TestPool {
  return poolOf((given) => createExecutor(url, given), { files: {}, most: 4, ...settings });
}

const file = "service";

describe("a service", () => {
  test.each([
    ["a line", "row 1", "ROW 1"],
    ["a call", "ask", "C"],
    ["a record", "record", "kept"],
    ["an answer to a later request", "later", "LATER"],
  ])("answers %s", async (_, deed, expected) => {
    const { pool } = poolAt(await listen(new LineService()));
    expect(await endOf(pool, { file, inputs: { deed } })).toBe(expected);
  });

  test("gets 100 lines in one session, and a failing answer fails its line alone", async () => {
    const service = new LineService();
    const url = await listen(service);
    const { pool } = poolAt(url);
    const inputs = Array.from({ length: 100 }, (_, line) => ({
      deed: line === 40 ? "refuse" : `row ${line}`,
    }));
    const ends = await endsOf(pool, inputs, { file });
    expect(ends[40]).toBe(`HttpError: The executor ${url} answered 500: out of order.`);
    const others = inputs.map(({ deed }) => deed.toUpperCase());
    expect(ends.toSpliced(40, 1)).toEqual(others.toSpliced(40, 1));
    expect(service.sessions.size).toBe(1);
  });

  test.each([
    ["breaks the connection", "crash", /^ProcessCrash: The executor http:.* can't be reached: /],
    [
      "answers with an invalid message",
      "noise",
      /^ProcessCrash: .* answered with an invalid message: expected/,
    ],
  ])("that %s is greeted again, and one line fails", async (_, deed, expected) => {
    const { pool } = poolAt(await listen(new LineService()));
    const inputs = Array.from({ length: 20 }, (_each, line) => ({
      deed: line === 7 ? deed : `row ${line}`,
    }));
    const ends = await endsOf(pool, inputs, { file });
    expect(ends[7]).toMatch(expected);
    expect(ends[19]).toBe("ROW 19");
  });

  test("that takes too long loses its line, and hears that it is abandoned at the end", async () => {
    const service = new LineService();
    const { pool } = poolAt(await listen(service));
    const options = { limitMs: 400 };
    const slow = endOf(pool, { file, inputs: { deed: "sleep" }, options });
    expect(await slow).toMatch(/^LineExecutionTimeout: /);
    await expect.poll(() => service.heard).toContainEqual({ abandon: "0/code#0" });
  });

  test("is waited for until it is ready", async () => {
    const service = new LineService();
    service.isReady = false;
    const { pool } = poolAt(await listen(service));
    const started = pool.start();
    await expect.poll(() => service.heard.length).toBeGreaterThan(0);
    service.isReady = true;
    expect(await started).toEqual([
      {
        file,
        name: "obey",
        isDefault: true,
        aggregates: false,
        takesOthers: true,
        parameters: [{ name: "deed", required: true }],
      },
    ]);
    expect(service.heard.length).toBeGreaterThan(1);
  });

  test("that is not there is refused after the time for the greeting", async () => {
    const { pool } = poolAt("http://127.0.0.1:9/", { greetMs: 300 });
    await expect(pool.start()).rejects.toThrow(
      'The executor http://127.0.0.1:9/ did not say "ready" within 0.3 s.',
    );
  });

  test("answers at once to an abandoned line", async () => {
    const service = new LineService();
    const { pool } = poolAt(await listen(service));
    await pool.start();
    const abandoned = new AbortController();
    const options = { signal: abandoned.signal };
    const end = endOf(pool, {
      file,
      inputs: { deed: "sleep" },
      requests: recordedRequests(),
      options,
    });
    await sleep(50);
    abandoned.abort(new Error("canceled"));
    await expect(end).rejects.toThrow("canceled");
    await expect.poll(() => service.heard).toContainEqual({ abandon: "0/code#0" });
  });
});
