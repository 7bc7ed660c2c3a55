// `npm run docs:pictures`: makes the pictures of the docs from a real run. Its APIs are a server on
// loopback. Needs Chromium and util-linux's `script`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { ensureChromium } from "../ensure-chromium.mjs";
import { findChromium } from "../find-chromium.mjs";
import { root } from "../root.mjs";
import { startStandIn } from "./stand-in.mjs";
import { openTerminal, screenPage } from "./terminal.mjs";

const models = [
  { api: "openai", model_name: "gpt-4o", perMinute: 240, input: 2.5, output: 10 },
  { api: "anthropic", model_name: "claude-sonnet-4-5", perMinute: 150, input: 3, output: 15 },
  { api: "mistral", model_name: "mistral-large-latest", perMinute: 200, input: 2, output: 6 },
];
const questions = 150;
const pictures = join(root, "docs", "pictures");
const ostinato = `node ${JSON.stringify(join(root, "dist", "cli", "main.js"))}`;

ensureChromium();
mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "ostinato-pictures-"));
const standIn = await startStandIn();
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  writeInputs();
  await takeTerminal();
  await takeReport();
} finally {
  await browser.close();
  await run(`${ostinato} down`);
  standIn.close();
  rmSync(folder, { recursive: true, force: true });
}

function writeInputs() {
  const records = Array.from({ length: questions }, (_, index) =>
    models.map(({ api, model_name }) => ({
      ...{ id: `sum-${index + 1}`, api, model_name },
      prompt: `What is ${17 * (index + 3)} + ${23 * index + 8}? Answer with the number alone.`,
      expected_response: String(17 * (index + 3) + 23 * index + 8),
      parameters: { max_tokens: 20, temperature: 0 },
    })),
  ).flat();
  writeFileSync(
    join(folder, "sums.jsonl"),
    records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  );
  const rates = Object.fromEntries(models.map(({ api, perMinute }) => [api, perMinute]));
  writeFileSync(join(folder, "rates.json"), JSON.stringify(rates));
  writeFileSync(join(folder, "prices.json"), JSON.stringify(prices()));
}

/** Dollars per million tokens. The price lists say nothing of a server on loopback. */
function prices() {
  return Object.fromEntries(
    models.map(({ api, model_name, input, output }) => [api, { [model_name]: { input, output } }]),
  );
}

function environment() {
  const { origin } = standIn;
  return {
    ...process.env,
    OSTINATO_HOME: join(folder, "home"),
    OSTINATO_TEMPORAL_PORT: "27233",
    ...{ OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${origin}/v1` },
    ...{ ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: origin },
    ...{ MISTRAL_API_KEY: "none", MISTRAL_BASE_URL: `${origin}/v1` },
  };
}

function run(command, size = { columns: 100, rows: 30 }) {
  return openTerminal({ command, cwd: folder, env: environment(), ...size }).ended;
}

async function takeTerminal() {
  const flags = "--parallel --max-queries-json rates.json --prices prices.json --scorers match";
  const terminal = openTerminal({
    command: `${ostinato} run sums.jsonl ${flags}`,
    ...{ cwd: folder, env: environment(), columns: 100, rows: 17 },
  });
  let hasEnded = false;
  void terminal.ended.then(() => (hasEnded = true));
  let screen = "";
  while (!hasEnded && !isHalfWay(screen)) {
    await sleep(500);
    screen = await terminal.screen();
  }
  await take(screenPage(screen), "run.png");
  await terminal.ended;
}

/** True once half of the records have ended: the display has all of its lines. */
function isHalfWay(html) {
  const text = html.replace(/<[^>]+>/g, "");
  const [, ended = "0"] = [...text.matchAll(/ running, (\d+)\//g)].at(-1) ?? [];
  return Number(ended) >= (questions * models.length) / 2;
}

/** Takes a picture of a page's element `#screen`. */
async function take(html, file) {
  const page = await browser.newPage({ deviceScaleFactor: 1.5 });
  await page.setContent(html);
  await page.locator("#screen").screenshot({ path: join(pictures, file) });
  await page.close();
}

async function takeReport() {
  const report = join(folder, "report.html");
  await run(`${ostinato} report sums --output ${JSON.stringify(report)}`);
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({
      viewport: { width: 1_440, height: 1_000 },
      colorScheme,
    });
    await page.goto(pathToFileURL(report).href);
    await page.getByRole("heading").first().waitFor();
    await page.screenshot({ path: join(pictures, `report-${colorScheme}.png`) });
    await page.close();
  }
}
