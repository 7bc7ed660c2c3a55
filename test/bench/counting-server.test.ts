import { Agent, fetch } from "undici";
import { afterEach, expect, test } from "vitest";
import type { Behaviour } from "../../bench/lib/counting-server.js";
import { startCountingServer } from "../../bench/lib/start-counting-server.js";
import type { CountingServer } from "../../bench/lib/start-counting-server.js";

const open: CountingServer[] = [];
const agent = new Agent({ connections: 50, pipelining: 1 });

afterEach(async () => {
  await Promise.all(open.splice(0).map(async (server) => server.close()));
});

async function start(behaviour: Behaviour): Promise<CountingServer> {
  const server = await startCountingServer(behaviour);
  open.push(server);
  return server;
}

interface CallOptions {
  readonly key?: string;
  readonly signal?: AbortSignal;
}

async function call(server: CountingServer, id: number, options: CallOptions = {}) {
  const { key = "right", signal = null } = options;
  return fetch(`${server.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: `#${id} Say` }] }),
    dispatcher: agent,
    signal,
  });
}

test("the counting server answers each prompt by its marker and notes arrival and end", async () => {
  const server = await start({ latencyMs: 50 });
  const answer = (await (await call(server, 7)).json()) as {
    choices: { message: { content: string } }[];
  };
  expect(answer.choices[0]?.message.content).toBe("answer to #7");
  const [first] = await server.calls();
  expect(first).toMatchObject({ id: 7, status: 200 });
  expect(first!.endedAt - first!.arrivedAt).toBeGreaterThanOrEqual(49);
  expect(await server.stats()).toMatchObject({ calls: 1, inFlight: 0, maxInFlight: 1 });
});

test("a wrong key is refused, and accepted once the behaviour has changed", async () => {
  const server = await start({ latencyMs: 1, key: "right" });
  expect((await call(server, 1, { key: "wrong" })).status).toBe(401);
  await server.change({ latencyMs: 1, key: "wrong" });
  expect((await call(server, 2, { key: "wrong" })).status).toBe(200);
});

test("calls after the settled number are answered with 429 and Retry-After, then no more", async () => {
  const server = await start({ latencyMs: 1, tooMany: { after: 1, count: 1, retryAfterS: 3 } });
  const answers = [await call(server, 1), await call(server, 2), await call(server, 3)];
  expect(answers.map(({ status }) => status)).toEqual([200, 429, 200]);
  expect(answers[1]?.headers.get("retry-after")).toBe("3");
});

test("calls beyond those of a second are answered with 429", async () => {
  const server = await start({ latencyMs: 1, allowedPerMinute: 120 });
  const ids = Array.from({ length: 10 }, (_, index) => index);
  const answers = await Promise.all(ids.map(async (id) => (await call(server, id)).status));
  // Two at once, and two more for each second that the calls take on a busy machine.
  expect(answers.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
  expect(answers.filter((status) => status === 429).length).toBeGreaterThan(0);
  await expect.poll(async () => (await call(server, 4)).status, { interval: 100 }).toBe(200);
});

test("one call in so many is answered with 429", async () => {
  const server = await start({ latencyMs: 1, tooManyIn: 10 });
  const ids = Array.from({ length: 500 }, (_, index) => index);
  const answers = await Promise.all(ids.map(async (id) => (await call(server, id)).status));
  const refused = answers.filter((status) => status === 429).length;
  // 50 are expected; four standard deviations are 27.
  expect(refused).toBeGreaterThan(23);
  expect(refused).toBeLessThan(77);
});

test("every so many calls the connection is reset", async () => {
  const server = await start({ latencyMs: 1, resetEvery: 2 });
  expect((await call(server, 1)).status).toBe(200);
  await expect(call(server, 2)).rejects.toThrow("fetch failed");
  expect((await server.calls()).map(({ status }) => status)).toEqual([200, -1]);
});

test("a caller that goes away ends its call without an answer", async () => {
  const server = await start({ latencyMs: 5_000 });
  await expect(call(server, 1, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  await expect.poll(async () => (await server.calls())[0]?.status).toBe(-1);
  expect(await server.stats()).toMatchObject({ inFlight: 0 });
});

test("two thousand calls at once are all noted once", async () => {
  const server = await start({ latencyMs: 20 });
  const ids = Array.from({ length: 2_000 }, (_, index) => index);
  await Promise.all(ids.map(async (id) => (await call(server, id)).text()));
  const noted = (await server.calls()).map(({ id }) => id).sort((a, b) => a - b);
  expect(noted).toEqual(ids);
});
