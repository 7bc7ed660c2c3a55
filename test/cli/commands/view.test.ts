import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import type { CliProcess } from "../../../bench/lib/cli-process.js";
import { openBrowser } from "../../helpers/browser.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";
import { seriousFaults } from "../../page/opened-report.js";

const cli = sharedCli({ withWorker: true });
let browser: Browser;
let view: CliProcess;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  view = cli.stack.start("view", "--port", "0", "--json");
  await waitUntil(() => view.stdout().includes("\n"), {
    what: "the line with the address",
    timeoutMs: 60_000,
  });
  ({ url } = JSON.parse(view.stdout()) as { url: string });
}, 120_000);
afterAll(async () => {
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

test("a run is watched and steered from its start to its end, and retried", async () => {
  const page = await openPage();
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const file = cli.write("live.jsonl", [
    ...testRecords(80, { latency_ms: 20 }),
    { ...testRecords(1, { raise_error: "yes" })[0], id: "bad" },
  ]);
  const { code } = await cli.ostinato("run", file, "--max-queries", "240", "--detach");
  expect(code).toBe(0);
  await page.getByRole("link", { name: "live" }).click();
  await isState(page, "running");
  await page.locator(".records .row").nth(2).waitFor();
  // The address in the browser has no token that a copied link would give away.
  expect(page.url()).not.toContain("token");

  await button(page, "Pause").click();
  await isState(page, "paused");
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
      { interval: 2_000, timeout: 30_000 },
    )
    .toBe(true);
  await button(page, "Change …").click();
  await page.getByLabel("Calls a minute").fill("6000");
  await button(page, "Change").click();
  await page.getByText("The change takes effect").waitFor();
  expect(await page.locator(".count").innerText()).toBe(paused);
  await button(page, "Resume").click();
  await isState(page, "finished");
  const equation = page.locator(".equation");
  await expect
    .poll(async () => (await equation.innerText()).replaceAll(/\s+/g, " "), { timeout: 20_000 })
    .toBe("81 input = 80 completed 99 % + 1 failed 1 %");
  await page.locator(".count").getByText("81 records").waitFor();
  expect(faults).toEqual([]);

  await button(page, "Retry failed records").click();
  await page.getByText("The failed records are sent again").waitFor();
  await page.getByRole("link", { name: "All runs" }).click();
  await expect.poll(() => page.getByRole("link", { name: "live" }).count()).toBe(2);
  await page.close();
}, 180_000);

test("another site can neither steer nor read, even with the token; the page can cancel", async () => {
  const file = cli.write("long.jsonl", testRecords(500, { latency_ms: 20 }));
  await cli.ostinato("run", file, "--max-queries", "60", "--detach");
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
  await expect.poll(() => count.innerText(), { timeout: 20_000 }).not.toBe(before);
  await isState(page, "running");
  await button(page, "Cancel …").click();
  await button(page, "Cancel the run").click();
  await isState(page, "cancelled");
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
