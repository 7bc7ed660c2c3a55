import { renameSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import { describeResult } from "../../../bench/lib/cli-process.js";
import type { CliProcess } from "../../../bench/lib/cli-process.js";
import { repository } from "../../../bench/lib/repository.js";
import { connect, experimentStatus } from "../../../src/index.js";
import type { ExperimentStatus, Ostinato } from "../../../src/index.js";
import { openBrowser } from "../../helpers/browser.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";
import { seriousFaults } from "../../page/opened-report.js";

const cli = sharedCli({ withWorker: true });
let browser: Browser;
let view: CliProcess;
let url: string;
let ostinato: Ostinato;

beforeAll(async () => {
  browser = await openBrowser();
  view = cli.stack.start("view", "--port", "0", "--json");
  await waitUntil(() => view.stdout().includes("\n"), {
    what: "the line with the address",
    timeoutMs: 60_000,
  });
  ({ url } = JSON.parse(view.stdout()) as { url: string });
  ostinato = await connect({ env: cli.setUp.env });
}, 120_000);
afterAll(async () => {
  await ostinato.close();
  await browser.close();
});

async function openPage(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  return page;
}

async function isState(page: Page, state: string): Promise<void> {
  await page.locator(".title .chip").getByText(state, { exact: true }).waitFor();
}

const button = (page: Page, name: string): ReturnType<Page["getByRole"]> =>
  page.getByRole("button", { name, exact: true });

/** The status of a run as the server and the worker tell it, not the page. */
async function told(name: string): Promise<ExperimentStatus> {
  return await experimentStatus(ostinato, name);
}

const polled = { timeout: 60_000, interval: 500 };

test("a run is watched and steered from its start to its end, and retried", async () => {
  const page = await openPage();
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const file = cli.write("live.jsonl", [
    ...testRecords(80, { latency_ms: 20 }),
    { ...testRecords(1, { raise_error: "yes" })[0], id: "bad" },
  ]);
  const { code } = await cli.ostinato("run", file, "--max-queries", "60", "--detach");
  expect(code).toBe(0);
  await page.getByRole("link", { name: "live" }).click();
  await isState(page, "running");
  await page.locator(".records .row").nth(2).waitFor();
  // The address in the browser has no token that a copied link would give away.
  expect(page.url()).not.toContain("token");

  await button(page, "Pause").click();
  await isState(page, "paused");
  expect(await told("live")).toMatchObject({ state: "paused", requestsPerMinute: 60 });
  expect(await seriousFaults(page)).toEqual([]);
  // The answers of the last calls in flight still come.
  let paused = "";
  await expect
    .poll(
      async () => {
        const before = paused;
        paused = await page.locator(".count").innerText();
        return paused === before;
      },
      { interval: 4_000, timeout: 60_000 },
    )
    .toBe(true);
  await button(page, "Change …").click();
  await page.getByLabel("Calls a minute").fill("6000");
  await button(page, "Change").click();
  await page.getByText("The change takes effect").waitFor();
  await expect.poll(async () => told("live"), polled).toMatchObject({ requestsPerMinute: 6_000 });
  expect(await page.locator(".count").innerText()).toBe(paused);
  const { stamp } = await told("live");
  await button(page, "Resume").click();
  await isState(page, "finished");
  expect(await told("live")).toMatchObject({ state: "finished", completed: 80, failed: 1 });
  const equation = page.locator(".equation");
  await expect
    .poll(async () => (await equation.innerText()).replaceAll(/\s+/g, " "), polled)
    .toBe("81 input = 80 completed 99 % + 1 failed 1 %");
  await page.locator(".count").getByText("81 records").waitFor();
  expect(faults).toEqual([]);

  await button(page, "Retry failed records").click();
  await page.getByText("The failed records are sent again").waitFor();
  await page.getByRole("link", { name: "All runs" }).click();
  await expect.poll(() => page.getByRole("link", { name: "live" }).count(), polled).toBe(2);
  // A new run, in which only the failed record is sent.
  await expect.poll(async () => (await told("live")).stamp, polled).not.toBe(stamp);
  await expect
    .poll(async () => told("live"), polled)
    .toMatchObject({ state: "finished", calls: { answered: 0, failed: 1 } });
  await page.close();
}, 180_000);

/** 1,000 tokens in and 500 out cost $0.002 at the prices of `prices.json`. */
const priced = { latency_ms: 20, usage: { input_tokens: 1_000, output_tokens: 500 } };

test("a pipeline has a line for each step with its cost, and a graph with the counts", async () => {
  cli.write("prices.json", '{"test": {"*": {"input": 1, "output": 2}}}');
  cli.write(
    "rows.jsonl",
    Array.from({ length: 24 }, (_, i) => ({ i })),
  );
  const ask = `use: template, llm: test/m, template: "{{ i }}", parameters: ${JSON.stringify(priced)}`;
  const file = cli.write(
    "steps.yaml",
    `name: steps
steps:
  load: { use: load, file: rows.jsonl }
  write: { ${ask} }
  even: { use: filter, where: "i % 2 == 0" }
edges: [load >> write >> even]
`,
  );
  const run = ["pipeline", "run", file, "-mq", "240", "--prices", "prices.json", "--detach"];
  const started = await cli.ostinato(...run);
  expect(started, describeResult(started)).toMatchObject({ code: 0 });
  const page = await openPage();
  await page.getByRole("link", { name: "steps" }).click();
  const lines = page.getByRole("region", { name: "Steps and groups" });
  const write = lines.getByRole("row").filter({ hasText: "write" });
  await write.getByText("$0.0").waitFor();
  expect(await lines.locator("tbody th").allInnerTexts()).toEqual([
    "load",
    "write test/m",
    "even filter",
  ]);
  await isState(page, "finished");
  const graph = page.getByRole("region", { name: "Graph of the steps" }).getByRole("img");
  await expect
    .poll(() => graph.getAttribute("aria-label"), polled)
    .toBe("load: 24 done; write: 24 done; even: 12 done, 12 dropped");
  expect(await page.locator(".edge text").allTextContents()).toEqual(["24", "24"]);
  // 24 calls of $0.002.
  const { steps = [] } = await told("steps");
  expect(steps.map(({ name, spending }) => [name, spending?.cost])).toEqual([
    ["load", undefined],
    ["write", 0.048],
    ["even", undefined],
  ]);
  expect((await cli.ostinato("status", "steps")).stdout).toMatch(/write .* \$0\.048/);
  await page.close();
}, 180_000);

test("a batch run has a line for each node, a graph with the counts, and its metrics", async () => {
  const flow = join(repository, "examples", "flows", "grade");
  const data = join(flow, "questions.csv");
  const run = ["batch", "run", flow, "--data", data, "-mq", "40", "--detach"];
  const started = await cli.ostinato(...run);
  expect(started, describeResult(started)).toMatchObject({ code: 0 });
  const page = await openPage();
  await page.getByRole("link", { name: "grade" }).click();
  const lines = page.getByRole("region", { name: "Steps and groups" });
  await lines.getByRole("row").filter({ hasText: "test/small" }).waitFor();
  await isState(page, "finished");
  const metrics = page.locator("figure").filter({ hasText: "Metrics" });
  // Three of the four answers are "four", which the fourth question is not.
  await metrics.getByText("0.75").waitFor();
  expect(await metrics.locator("dt").allInnerTexts()).toEqual(["accuracy"]);
  const graph = page.getByRole("region", { name: "Graph of the steps" }).getByRole("img");
  await expect
    .poll(() => graph.getAttribute("aria-label"), polled)
    .toBe("answer: 4 done; grade: 4 done");
  expect(await seriousFaults(page)).toEqual([]);
  await page.close();
}, 180_000);

test("the list shows what the watch of the folder does", async () => {
  const started = await cli.ostinato("watch", "-mq", "6000", "--detach");
  expect(started, describeResult(started)).toMatchObject({ code: 0 });
  const page = await openPage();
  const watch = page.getByRole("region", { name: "Watch of the folder" });
  await watch.getByText("watches this folder").waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  const input = join(cli.setUp.dataFolder, "input", "dropped.jsonl");
  const file = cli.write("dropped.jsonl", testRecords(3, { latency_ms: 20 }));
  renameSync(join(cli.setUp.folder, file), input);
  await page.getByRole("link", { name: "dropped" }).waitFor();
  await watch.locator("div").filter({ hasText: "Ended" }).getByText("1").waitFor();
  expect(await cli.ostinato("watch", "pause")).toMatchObject({ code: 0 });
  await watch.getByText("paused").waitFor();
  expect(await cli.ostinato("watch", "stop")).toMatchObject({ code: 0 });
  await watch.waitFor({ state: "detached" });
  await page.close();
}, 180_000);

test("another site can neither steer nor read, even with the token; the page can cancel", async () => {
  const asked = testRecords(500, { latency_ms: 20, response: "yes" });
  const records = asked.map((record) => ({ ...record, expected_response: "yes" }));
  const file = cli.write("long.jsonl", records);
  await cli.ostinato("run", file, "--max-queries", "60", "--scorers", "match", "--detach");
  const page = await openPage();
  await page.getByRole("link", { name: "long" }).click();
  await isState(page, "running");

  const stranger = await strangeSite();
  const attack = await browser.newPage();
  await attack.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
  const { origin, hash } = new URL(url);
  const given = { origin, token: hash.replace("#token=", "") };
  expect(await attack.evaluate(tryEverything, given)).toEqual([]);
  await attack.close();
  stranger.close();

  // A cancellation would show within 4 s; the count goes on instead.
  const count = page.locator(".count");
  const before = await count.innerText();
  await expect.poll(() => count.innerText(), polled).not.toBe(before);
  await isState(page, "running");
  await button(page, "Cancel …").click();
  const scores = page.locator("figure").filter({ hasText: "Scores" });
  await scores.getByText("with their 95 % intervals, of the new answers so far").waitFor();
  const { scores: soFar = [] } = await told("long");
  expect(soFar[0]).toMatchObject({ scorer: "match", mean: 1, interval: { method: "wilson" } });
  await button(page, "Cancel the run").click();
  await isState(page, "cancelled");
  expect(await told("long")).toMatchObject({ state: "cancelled", records: 500 });
  await page.close();
}, 180_000);

test("Ctrl-C ends it", async () => {
  view.kill("SIGINT");
  expect(await view.exited).toBe(0);
}, 60_000);

/** A page of another origin, on another port of this machine. */
async function strangeSite(): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<title>stranger</title>");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

/** Runs in the strange page. Returns the attempts that were answered. */
async function tryEverything(given: {
  readonly origin: string;
  readonly token: string;
}): Promise<readonly string[]> {
  const steer = `${given.origin}/api/steer?name=long`;
  const body = '{"action":"cancel"}';
  const authorization = `Bearer ${given.token}`;
  const json = { "content-type": "application/json", authorization };
  const plain = { "content-type": "text/plain" };
  const attempts: Readonly<Record<string, () => Promise<Response>>> = {
    json: () => fetch(steer, { method: "POST", headers: json, body }),
    simple: () => fetch(steer, { method: "POST", headers: plain, body }),
    blind: () => fetch(steer, { method: "POST", mode: "no-cors", headers: plain, body }),
    read: () => fetch(`${given.origin}/api/runs`, { headers: { authorization } }),
    page: () => fetch(`${given.origin}/`),
  };
  const answered: string[] = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    const response = await attempt().catch(() => undefined);
    if (response?.ok === true) answered.push(name);
  }
  return answered;
}
