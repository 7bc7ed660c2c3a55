import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { serveView } from "../../src/view/server/serve-view.js";
import type { ViewServer } from "../../src/view/server/serve-view.js";
import { reportRun } from "../client/report/report-run.js";
import type { GivenRun } from "../client/report/report-run.js";
import { openBrowser } from "../helpers/browser.js";
import { completedLine, failedLine, recordLine } from "../storage/run/prepared-run.js";
import { hostile } from "./hostile-texts.js";
import { openReport, seriousFaults } from "./opened-report.js";
import type { Opened, OpenOptions } from "./opened-report.js";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Served extends ViewServer {
  /** Opens a path of the server, with its token. */
  readonly open: (path: string, options?: OpenOptions) => Promise<Opened>;
}

async function served(given: GivenRun): Promise<Served> {
  const { dataFolder } = await reportRun(given);
  const server = await serveView({ dataFolder, port: 0, env: { OSTINATO_TEMPORAL_PORT: "1" } });
  const { origin, hash } = new URL(server.url);
  return {
    url: server.url,
    open: async (path, options = {}) =>
      openReport(browser, `${origin}${path}${hash}`, {
        mayRequest: (url) => url.startsWith(`${origin}/`),
        ...options,
      }),
    close: async () => {
      await server.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

function rowIds(page: Page): Promise<string[]> {
  return page.locator(".records .row .cell-id").allInnerTexts();
}

describe("a served run", () => {
  let server: Served;
  /** Two models with a record of each id. */
  let both: Served;
  beforeAll(async () => {
    const pairs = Array.from({ length: 300 }, (_, place) => place);
    both = await served({
      lines: pairs.map((place) =>
        recordLine(Math.floor(place / 2), { model_name: place % 2 === 0 ? "m" : "n" }),
      ),
      log: pairs.map((place) => completedLine(place)),
    });
    const ids = Array.from({ length: 300 }, (_, id) => id);
    server = await served({
      lines: ids.map((id) => recordLine(id, { model_name: id % 2 === 0 ? "m" : "n" })),
      log: ids.map((id) =>
        id === 7
          ? failedLine(id)
          : completedLine(id, { sentAt: 1_000, finishedAt: 2_000 + ((id * 7) % 300) }),
      ),
    });
  });
  afterAll(async () => {
    await server.close();
    await both.close();
  });

  test("is searched, filtered, sorted and opened page by page", async () => {
    const { page, faults } = await server.open("/runs/pilot");
    const count = page.locator(".count");
    await count.getByText("300 records").waitFor();
    await page.locator("#search").fill("answer 29");
    // 29, 129, 229 and 290 to 299 have both words.
    await count.getByText("13 of 300 records").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("button", { name: "Failures only" }).click();
    await count.getByText("1 of 300 records").waitFor();
    await expect.poll(() => rowIds(page)).toEqual(["7"]);
    await page.getByRole("button", { name: "Failures only" }).click();
    await page.getByRole("button", { name: "Latency" }).click();
    await page.getByRole("button", { name: "Open record 0" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("heading", { name: "0", exact: true }).waitFor();
    await drawer.locator(".plain").getByText("answered").waitFor();
    await page.keyboard.press("Escape");
    // Prompts are on the server's disk, which cannot be sorted by them.
    expect(await page.getByRole("button", { name: "Prompt", exact: true }).count()).toBe(0);
    // 100 rows a page: the last ones are read when somebody looks at them.
    await page.locator(".scroll").hover();
    // The slowest: 7 · 257 is 299 more than a multiple of 300.
    const last = page.getByRole("button", { name: "Open record 257" });
    const scrolled = async (): Promise<number> => {
      await page.mouse.wheel(0, 100_000);
      return last.count();
    };
    await expect.poll(scrolled).toBe(1);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("sets the models side by side, and the arrow keys go from answer to answer", async () => {
    const { page, faults } = await both.open("/runs/pilot");
    await page.getByRole("button", { name: "Models side by side" }).click();
    await page.locator(".count").getByText("150 prompts").waitFor();
    const focused = async (): Promise<string | null> =>
      page.evaluate("document.activeElement?.getAttribute('aria-label')");
    await page.getByRole("button", { name: "Open record 0 of test/m" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(focused).toBe("Open record 0 of test/n");
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toBe("Open record 1 of test/n");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("heading", { name: "1", exact: true }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  test.each([
    { path: "/", width: 1440, dark: false, ready: ".runs" },
    { path: "/", width: 400, dark: true, ready: ".runs" },
    { path: "/runs/pilot", width: 1440, dark: true },
    { path: "/runs/pilot", width: 400, dark: false },
  ])("has no serious fault for axe-core: %o", async ({ path, ...options }) => {
    const { page, faults } = await server.open(path, options);
    expect(await seriousFaults(page)).toEqual([]);
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(options.width);
    expect(faults).toEqual([]);
    await page.close();
  });

  test("cannot be read without the token, and says where to get it", async () => {
    const page = await browser.newPage();
    await page.goto(new URL("/runs/pilot", server.url).href);
    await page.getByText("Open the address that ostinato view has printed").waitFor();
    await page.goto(new URL("/runs/pilot#token=wrong", server.url).href);
    await page.reload();
    await page.getByRole("alert").getByText("The token is missing or wrong").waitFor();
    await page.close();
  });
});

test("an empty data folder says how to start a run", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "ostinato-view-"));
  const server = await serveView({ dataFolder, port: 0, env: { OSTINATO_TEMPORAL_PORT: "1" } });
  const page = await browser.newPage();
  await page.goto(server.url);
  const nothing = page.locator(".nothing");
  await nothing.getByText("There are no runs in this data folder yet").waitFor();
  expect(await nothing.locator("code").innerText()).toBe("ostinato run FILE");
  expect(await seriousFaults(page)).toEqual([]);
  await page.close();
  await server.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

test("hostile prompts, answers and names are text: nothing of them runs, loads or moves", async () => {
  const server = await served({
    lines: hostile.map((prompt, id) =>
      recordLine(id, { id: `${id}${prompt}`, prompt, note: prompt.slice(0, 70) }),
    ),
    log: hostile.map((response, id) => completedLine(id, { response })),
  });
  const { page, faults } = await server.open("/runs/pilot");
  const drawer = page.getByRole("dialog");
  for (const [index, text] of hostile.entries()) {
    await page.goto(new URL(`/runs/pilot#record=${index}`, server.url).href);
    await drawer
      .getByRole("heading", { name: text.slice(0, 10) })
      .first()
      .waitFor();
    expect(await drawer.locator("pre").first().innerText()).toBe(text);
    const strangers = "script, img, svg, iframe, style, form, input, [onclick], [id], [name]";
    expect(await drawer.locator(".markdown").locator(strangers).count()).toBe(0);
    await page.keyboard.press("Escape");
    // A closed dialog has no role, and is gone a moment later.
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  expect(await page.locator("h1").isVisible()).toBe(true);
  expect(faults).toEqual([]);
  await page.close();
  await server.close();
}, 120_000);
