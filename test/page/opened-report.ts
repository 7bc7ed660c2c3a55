import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { writeReport } from "../../src/client/report/write-report.js";
import { reportRun } from "../client/report/report-run.js";
import type { GivenRun } from "../client/report/report-run.js";

/** A written report. */
export interface Written {
  readonly url: string;
  /** Processor time of the writing, which the load of the machine does not stretch. */
  readonly cpuMs: number;
  readonly remove: () => void;
}

export async function writtenReport(given: GivenRun): Promise<Written> {
  const { dataFolder } = await reportRun(given);
  const before = process.cpuUsage();
  const { path } = await writeReport("pilot", { dataFolder, output: join(dataFolder, "r.html") });
  const { user, system } = process.cpuUsage(before);
  return {
    url: pathToFileURL(path).href,
    cpuMs: (user + system) / 1_000,
    remove: () => rmSync(dataFolder, { recursive: true, force: true }),
  };
}

/**
 * A page and everything in it that should not happen: errors, dialogs, requests, refused scripts.
 */
export interface Opened {
  readonly page: Page;
  readonly faults: readonly string[];
  /** Time from the start of the navigation to the ready page. */
  readonly openedMs: number;
  /** Processor time of the page's main thread since it was opened. */
  readonly cpuMs: () => Promise<number>;
}

export interface OpenOptions {
  readonly width?: number;
  readonly dark?: boolean;
  /** True for a request that the page may send. @default only the page itself */
  readonly mayRequest?: (url: string) => boolean;
  /** Element that shows that the page is ready. @default the table of records */
  readonly ready?: string;
}

export async function openReport(
  browser: Browser,
  url: string,
  { width = 1440, dark = false, ready = ".records", ...options }: OpenOptions = {},
): Promise<Opened> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
    acceptDownloads: true,
  });
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const isPage = request.url().split("#")[0] === url.split("#")[0];
    if (!isPage && options.mayRequest?.(request.url()) !== true) {
      faults.push(`request: ${request.url()}`);
    }
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const start = performance.now();
  await page.goto(url);
  await page.locator(ready).waitFor();
  if (ready === ".records") await page.locator(".count").getByText(/\d/).waitFor();
  const openedMs = performance.now() - start;
  const cpuMs = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    const found = metrics.find(({ name }) => name === "TaskDuration");
    return 1_000 * (found?.value ?? Number.NaN);
  };
  return { page, faults, openedMs, cpuMs };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The faults that axe-core calls serious or critical, each with the elements. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  // The page's policy lets no script in, so axe comes through the debugger's own door.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run: () => Promise<AxeResult> } }
    ).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
