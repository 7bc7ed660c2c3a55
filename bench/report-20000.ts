import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeComparison } from "../src/client/report/write-comparison.js";
import { writeReport } from "../src/client/report/write-report.js";
import { openBrowser } from "../test/helpers/browser.js";
import { openReport } from "../test/page/opened-report.js";
import { bench } from "./lib/bench.js";
import { atMost, beside } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { rareWord, writeLargeRun } from "./lib/large-run.js";

const records = 20_000;

/** 20 records have the word; all have the others. */
const searches = [
  [rareWord, "20 of 20,000 records"],
  ["", "20,000 records"],
  [`describe ${rareWord}`, "20 of 20,000 records"],
] as const;

await bench({
  name: "report-20000",
  conditions:
    `A run of ${records} records, and a comparison of two such runs, in headless Chromium. Opening: from the start of the ` +
    "navigation to the first rows. Filtering: from the text in the search field to the new count, slowest of three searches.",
  behaviour: { latencyMs: 0 },
  async measure({ setUp: { dataFolder }, say }) {
    say("writing the runs");
    await writeLargeRun(dataFolder, records);
    await writeLargeRun(dataFolder, records, { name: "other", ending: " And so on." });
    const report = join(dataFolder, "report.html");
    const comparison = join(dataFolder, "comparison.html");
    const written = await timesOf(() => writeReport("large", { dataFolder, output: report }));
    const compared = await timesOf(() =>
      writeComparison({ first: "large", second: "other" }, { dataFolder, output: comparison }),
    );
    return [
      ...writingFigures("report", written),
      ...(await pageFigures("report", report, ".records")),
      ...writingFigures("comparison", compared),
      ...(await pageFigures("comparison", comparison, ".pairs")),
    ];
  },
});

/**
 * The time in ms, measured by the page itself at each frame: the driver of the browser looks only
 * every 100 ms.
 */
function filtering(search: string, found: string): string {
  return `new Promise((resolve) => {
    const field = document.querySelector("#search");
    const start = performance.now();
    field.value = ${JSON.stringify(search)};
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const isShown = () =>
      [...document.querySelectorAll(".count, .count *")].some(
        ({ textContent }) => textContent.trim() === ${JSON.stringify(found)},
      );
    const look = () =>
      isShown() ? resolve(performance.now() - start) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  })`;
}

interface Times {
  readonly wallMs: number;
  /** Processor time, which the load of the machine does not stretch. */
  readonly cpuMs: number;
}

async function timesOf(work: () => Promise<unknown>): Promise<Times> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 };
}

function writingFigures(name: string, { wallMs, cpuMs }: Times): readonly Figure[] {
  return [
    atMost({ what: `${name}: written`, measured: wallMs / 1_000, unit: "s" }, 10),
    beside({ what: `${name}: written, processor time`, measured: cpuMs / 1_000, unit: "s" }),
  ];
}

async function pageFigures(name: string, path: string, ready: string): Promise<readonly Figure[]> {
  const browser = await openBrowser();
  try {
    // The browser's own start is not part of the page's.
    await (await browser.newPage()).goto("about:blank");
    const opened = await openReport(browser, pathToFileURL(path).href, { ready });
    const openedCpuMs = await opened.cpuMs();
    const wallMs: number[] = [];
    const cpuMs: number[] = [];
    for (const [search, found] of searches) {
      const before = await opened.cpuMs();
      wallMs.push(Number(await opened.page.evaluate(filtering(search, found))));
      cpuMs.push((await opened.cpuMs()) - before);
    }
    return [
      atMost({ what: `${name}: opened`, measured: opened.openedMs / 1_000, unit: "s" }, 2),
      beside({ what: `${name}: opened, processor time`, measured: openedCpuMs / 1_000, unit: "s" }),
      atMost({ what: `${name}: filtered`, measured: Math.max(...wallMs), unit: "ms" }, 200),
      beside({
        what: `${name}: filtered, processor time of the page`,
        unit: "ms",
        measured: Math.max(...cpuMs),
      }),
    ];
  } finally {
    await browser.close();
  }
}
