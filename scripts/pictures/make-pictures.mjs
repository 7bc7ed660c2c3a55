// `npm run docs:pictures`: makes the pictures of the docs from a real run. Its APIs are a server on
// loopback. Needs Chromium, curl and util-linux's `script`.
import { spawn } from "node:child_process";
import { once } from "node:events";
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
const questions = 200;
const flags = "--parallel --max-queries-json rates.json --prices prices.json";
const metricsPort = "29464";
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
  await takePlan();
  await takeRun();
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
      id: `sum-${index + 1}`,
      api,
      model_name,
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
    OSTINATO_METRICS_PORT: metricsPort,
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: `${origin}/v1`,
    ANTHROPIC_API_KEY: "none",
    ANTHROPIC_BASE_URL: origin,
    MISTRAL_API_KEY: "none",
    MISTRAL_BASE_URL: `${origin}/v1`,
  };
}

function run(command, size = { columns: 100, rows: 30 }) {
  return openTerminal({ command, cwd: folder, env: environment(), ...size }).ended;
}

async function takePlan() {
  const command = `printf '$ ostinato plan sums.jsonl\\n'; ${ostinato} plan sums.jsonl ${flags}`;
  await takeOutput(command, { columns: 100, rows: 12 }, "plan.png");
}

/** Takes the display of a run in its middle, and what else shows a run that goes on. */
async function takeRun() {
  const terminal = openTerminal({
    command: `${ostinato} run sums.jsonl ${flags} --scorers match`,
    cwd: folder,
    env: environment(),
    columns: 100,
    rows: 17,
  });
  let hasEnded = false;
  void terminal.ended.then(() => (hasEnded = true));
  let screen = "";
  while (!hasEnded && !isHalfWay(screen)) {
    await sleep(500);
    screen = await terminal.screen();
  }
  await take(screenPage(screen), "run.png");
  await takeMetrics();
  await takeView();
  await terminal.ended;
}

async function takeMetrics() {
  const get = `curl --silent http://127.0.0.1:${metricsPort}/metrics | grep -E`;
  const names = "'^ostinato_(calls_total|tokens_total|calls_in_flight)'";
  const shown = `printf '%s\\n' "$ ${get.replace(metricsPort, "9464")} ${names}"`;
  await takeOutput(`${shown}; ${get} ${names}`, { columns: 100, rows: 18 }, "metrics.png");
}

/** Takes what a command has written at its end. */
async function takeOutput(command, size, file) {
  const terminal = openTerminal({ command, cwd: folder, env: environment(), ...size });
  await terminal.ended;
  await take(screenPage(await terminal.screen()), file);
}

async function takeView() {
  const command = [join(root, "dist", "cli", "main.js"), "view", "--port", "0", "--json"];
  const child = spawn(process.execPath, command, {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await once(child.stdout, "data");
    const { url } = JSON.parse(line.toString());
    const page = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
    await page.goto(url);
    await page.getByRole("link", { name: "sums" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByText("completed").first().waitFor();
    await sleep(2_000);
    await page.screenshot({ path: join(pictures, "view.png") });
    await page.close();
  } finally {
    child.kill();
  }
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
