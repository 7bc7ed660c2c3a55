import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { writeComparison } from "../../src/client/report/write-comparison.js";
import type { LogLine } from "../../src/domain/record/log-line.js";
import { reportRun } from "../client/report/report-run.js";
import { openBrowser } from "../helpers/browser.js";
import { completedLine, failedLine, recordLine } from "../storage/run/prepared-run.js";
import { hostile } from "./hostile-texts.js";
import { openReport, seriousFaults } from "./opened-report.js";
import type { Opened, OpenOptions } from "./opened-report.js";

let browser: Browser;
let dataFolder: string;
let url: string;
/** The records behind the four first ones have hostile prompts, ids and answers. */
const plain = 4;

beforeAll(async () => {
  browser = await openBrowser();
  const lines = [
    ...["a", "b", "c", "d"].map((prompt, id) =>
      recordLine(id, { prompt, expected_response: "yes" }),
    ),
    ...hostile.map((prompt, place) =>
      recordLine(plain + place, { id: `${place}${prompt}`, prompt, expected_response: "yes" }),
    ),
  ];
  const settings = { scorers: [{ scorer: "includes" }] };
  const answers = (ofPlain: readonly string[], more: string): LogLine[] => [
    ...ofPlain.map((response, id) =>
      response === "" ? failedLine(id) : completedLine(id, { response }),
    ),
    ...hostile.map((text, place) => completedLine(plain + place, { response: `${text}${more}` })),
  ];
  const first = ["the answer is yes", "no", "same", "yes"];
  const run = await reportRun({ lines, settings, log: answers(first, "") });
  ({ dataFolder } = run);
  const second = ["the answer is no", "yes", "same", ""];
  await reportRun({ name: "second", dataFolder, lines, settings, log: answers(second, " more") });
  const { path } = await writeComparison(
    { first: "pilot", second: "second" },
    { dataFolder, output: join(dataFolder, "c.html") },
  );
  url = pathToFileURL(path).href;
});
afterAll(async () => {
  await browser.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

async function open(hash = "", options: OpenOptions = {}): Promise<Opened> {
  const opened = await openReport(browser, `${url}${hash}`, { ready: ".pairs", ...options });
  await opened.page.locator(".pairs .row").first().waitFor();
  return opened;
}

function recordNames(page: Page): Promise<string[]> {
  return page.locator(".pairs .cell-record .link").allInnerTexts();
}

test("a comparison shows its changes and differences, worse first", async () => {
  const { page, faults } = await open();
  await expect(page.title()).resolves.toBe("pilot and second – Ostinato");
  const equation = await page.locator(".equation").innerText();
  // 0 lost its score and 3 failed; the hostile answers changed alone; 1 gained a score.
  expect(equation.replaceAll(/\s+/g, " ")).toBe(
    "14 in both = 2 worse in B 14 % + 10 changed otherwise 71 % + 1 better in B 7 % + 1 the same 7 %",
  );
  const measures = page.locator(".metrics tbody tr");
  expect(await measures.locator("th").allInnerTexts()).toEqual([
    ...["includes", "Failed records", "Latency"],
  ]);
  // 1 of 14 records failed.
  expect(await measures.nth(1).locator(".difference").innerText()).toBe("+7.143 points");
  expect((await recordNames(page)).slice(0, 2)).toEqual(["3", "0"]);
  const row = page.locator(".pairs .row").nth(1);
  expect(await row.locator("del").allInnerTexts()).toEqual(["yes"]);
  expect(await row.locator("ins").allInnerTexts()).toEqual(["no"]);
  expect(await row.locator(".score-changes").innerText()).toBe("includes 1 → 0");
  expect(faults).toEqual([]);
  await page.close();
});

test("pairs are filtered, searched and opened by keyboard, and the address keeps that", async () => {
  const { page, faults } = await open();
  const count = page.locator(".count");
  await page.getByRole("button", { name: "Show the 1 better by includes" }).click();
  await count.getByText("1 of 14 records").waitFor();
  await expect.poll(() => new URL(page.url()).hash).toBe("#show=better&by=score%3Aincludes");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: "Failed in one" }).click();
  await expect.poll(() => recordNames(page)).toEqual(["3"]);
  await page.getByRole("button", { name: "Worse 2" }).click();
  await expect.poll(() => recordNames(page)).toEqual(["3", "0"]);
  await page.getByLabel("Sort").selectOption("better first");
  await page.reload();
  await expect.poll(() => recordNames(page)).toEqual(["0", "3"]);
  await page.keyboard.press("/");
  await page.keyboard.type("ANSWER is");
  await expect.poll(() => recordNames(page)).toEqual(["0"]);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: "Open record 1", exact: true }).focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("heading", { name: "1", exact: true }).waitFor();
  expect(await drawer.locator(".text-first del").innerText()).toBe("no");
  await drawer.getByRole("button", { name: "in one text" }).click();
  expect(await drawer.locator(".one-text").innerText()).toBe("noyes");
  await drawer.locator(".pair-facts").getByText("+1").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  { width: 1440, dark: true, hash: "" },
  { width: 400, dark: false, hash: "" },
  { width: 400, dark: true, hash: "#pair=0" },
])("has no serious fault for axe-core: %o", async ({ hash, ...options }) => {
  const { page, faults } = await open(hash, options);
  if (hash !== "") await page.locator(".pair-facts").waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  expect(width).toBeLessThanOrEqual(options.width);
  expect(faults).toEqual([]);
  await page.close();
});

test("hostile prompts and answers are text, also with their words marked", async () => {
  const { page, faults } = await open(`#pair=${plain}`);
  const drawer = page.getByRole("dialog");
  const strangers = "script, img, svg, iframe, style, form, input, [onclick], [onload], [name]";
  for (const [place, text] of hostile.entries()) {
    await page.goto(`${url}#pair=${plain + place}`);
    await drawer.locator("h2").getByText(text.slice(0, 10)).waitFor();
    expect(await drawer.locator(".text-second").innerText()).toBe(`${text} more`);
    expect(await drawer.locator(strangers).count()).toBe(0);
    await drawer.getByRole("button", { name: "as Markdown" }).click();
    await drawer.locator(".markdown").first().waitFor();
    expect(await drawer.locator(strangers).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  expect(faults).toEqual([]);
  await page.close();
}, 60_000);
