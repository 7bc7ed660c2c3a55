import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";
import { freePort } from "../../helpers/free-port.js";

const cli = sharedCli({ withWorker: false });

/** Bodies that the collector of traces has received. */
const bodies: string[] = [];
const collector = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    bodies.push(Buffer.concat(parts).toString("latin1"));
    response.end();
  });
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has an address of this form.
  const { port: collectorPort } = collector.address() as AddressInfo;
  port = await freePort();
  await cli.stack.startServer();
  await cli.stack.startWorker({
    OSTINATO_METRICS_PORT: port.toString(),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort.toString()}`,
    OTEL_BSP_SCHEDULE_DELAY: "200",
  });
  const failing = { id: 9, api: "test", model_name: "parrot", prompt: "secret words" };
  const answered = { latency_ms: 0, usage: { prompt_tokens: 3, completion_tokens: 2 } };
  // The second turn of a chat asks for a slot of its own, so that a wait is measured.
  const chat = { id: 8, api: "test", model_name: "parrot", prompt: ["First", "Second"] };
  cli.write("calls.jsonl", [
    ...testRecords(5, answered),
    { ...chat, parameters: answered },
    { ...failing, parameters: { raise_error: "True", raise_error_type: "ValueError" } },
  ]);
  await cli.ostinato("run", "calls.jsonl", "-mq", "6000");
}, 300_000);

afterAll(() => {
  collector.close();
});

async function metrics(): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port.toString()}/metrics`);
  return (await response.text()).split("\n");
}

function valueOf(lines: readonly string[], name: string): number {
  return Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
}

test("counts the calls of each model by their result, beside Temporal's own metrics", async () => {
  const lines = await metrics();
  const target = 'api="test",model="parrot"';
  expect(lines).toContain(`ostinato_calls_total{${target},result="answered"} 7`);
  expect(lines).toContain(`ostinato_calls_total{${target},result="permanent"} 1`);
  expect(lines).toContain(`ostinato_call_duration_seconds_count{${target}} 8`);
  expect(lines).toContain("ostinato_calls_in_flight 0");
  expect(lines).toContain('ostinato_tokens_total{api="test",kind="input",model="parrot"} 21');
  expect(lines).toContain('ostinato_tokens_total{api="test",kind="output",model="parrot"} 14');
  // A call that comes late for its slot takes another one.
  expect(valueOf(lines, "ostinato_slot_lateness_seconds_count")).toBeGreaterThanOrEqual(8);
  expect(lines.some((line) => line.startsWith("temporal_"))).toBe(true);
});

test("the dashboard asks only for metrics that are there", async () => {
  const text = await readFile(
    new URL("../../../docker/grafana-dashboard.json", import.meta.url),
    "utf8",
  );
  const names = new Set(text.match(/\b(?:ostinato|temporal)_[a-z_]+/g));
  expect(names.size).toBeGreaterThan(5);
  const lines = await metrics();
  // No row was open yet, and no activity has failed.
  const missing = [...names].filter((name) => !lines.some((line) => line.startsWith(name)));
  expect(missing).toEqual(["ostinato_open_rows"]);
});

test("sends a span of each call, without its prompt", async () => {
  await waitUntil(() => bodies.join("").split("chat parrot").length - 1 >= 8, {
    what: "eight spans",
    timeoutMs: 20_000,
  });
  const all = bodies.join("");
  expect(all.split("chat parrot").length - 1).toBe(8);
  expect(all).toContain("gen_ai.request.model");
  expect(all).toContain("RunActivity:sendPrompts");
  expect(all).not.toContain("secret words");
});

test("a second worker runs without metrics where the first has the port", async () => {
  const second = await cli.stack.startWorker({
    OSTINATO_METRICS_PORT: port.toString(),
    OSTINATO_LOG_FORMAT: "json",
  });
  await waitUntil(() => second.stderr().includes("No metrics"), {
    what: "its warning",
    timeoutMs: 20_000,
  });
  const warning = second
    .stderr()
    .split("\n")
    .find((line) => line.includes("No metrics"));
  expect(JSON.parse(warning ?? "")).toMatchObject({ level: 40 });
});

test.each([
  ["--metrics-port", "70000", "a port or HOST:PORT"],
  ["--log-format", "xml", "text or json"],
])("refuses %s %s", async (flag, value, expected) => {
  const { code, stderr } = await cli.ostinatoProcess("worker", flag, value);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`Expected ${flag} to be ${expected}`) as string,
  });
});
