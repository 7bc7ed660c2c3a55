import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { atMost, beside } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { frequentWord, rareWord, writeLargeRun } from "./lib/large-run.js";
import { serveRun } from "./lib/served-run.js";
import type { Answer, ServedRun } from "./lib/served-run.js";
import { sizeFrom } from "./lib/size-from.js";

const records = sizeFrom("BENCH_RECORDS", 1_000_000);
const sorts = ["latencyMs", "sentAt", "inputTokens", "model", "values.topic", "id", "answerLength"];
const quickMs = 300;
const searchMs = 5_000;

await bench({
  name: "view-1000000",
  conditions:
    `A finished run of ${records} records, 730 bytes each in its completed file, with \`ostinato view\` in a process of its own. ` +
    "Times are of whole HTTP requests; processor times are of the server, with all its threads.",
  behaviour: { latencyMs: 0 },
  async measure(context) {
    const { setUp, say } = context;
    await writeLargeRun(setUp.dataFolder, records);
    say("written");
    const first = await opened(context, "first start");
    const requests = await measureRequests(first.run, say).finally(first.run.close);
    const second = await opened(context, "second start");
    await second.run.close();
    return [...first.figures, ...second.figures, ...requests];
  },
});

interface Opened {
  readonly run: ServedRun;
  readonly figures: readonly Figure[];
}

/** Starts the server and waits until it has read the run. */
async function opened({ setUp, say }: BenchContext, what: string): Promise<Opened> {
  const run = await serveRun(setUp, "large");
  const startedAt = performance.now();
  const before = run.processorMs();
  let rows = 0;
  while (rows === 0) {
    const { body } = await run.page({});
    rows = body.rows.length;
    if (rows === 0) await sleep(20);
  }
  const firstMs = performance.now() - startedAt;
  while ((await run.live()).progress !== undefined) await sleep(200);
  const wholeMs = performance.now() - startedAt;
  say(`${what}: read`);
  return {
    run,
    figures: [
      beside({ what: `${what}: first page`, measured: firstMs, unit: "ms" }),
      beside({ what: `${what}: all records`, measured: wholeMs / 1_000, unit: "s" }),
      beside({
        what: `${what}: processor time`,
        measured: (run.processorMs() - before) / 1_000,
        unit: "s",
      }),
    ],
  };
}

async function measureRequests(
  run: ServedRun,
  say: (text: string) => void,
): Promise<readonly Figure[]> {
  const pages = await worst(
    [0, 0.3, 0.9].map((share) => () => run.page({}, Math.floor(share * records))),
  );
  const sorted = await worst(
    sorts.map((column) => () => run.page({ sort: { column, descending: true } })),
  );
  const filtered = await worst([
    () => run.page({ models: ["test/model-1"] }),
    () => run.page({ statuses: ["failed"], sort: { column: "latencyMs", descending: true } }),
  ]);
  const joined = await worst([() => run.prompts(0)]);
  const prompts = await worst([() => run.prompts(Math.floor(records / 4))]);
  const byId = await worst([() => run.page({ search: `r-${Math.floor(records * 0.7)}` })]);
  const record = await worst([() => run.record(Math.floor(records / 2))]);
  say("pages, sorts and filters");
  const figures = [
    ...quick("any page", pages),
    ...quick("first page of a new sort, slowest of seven", sorted),
    ...quick("first page of a new filter", filtered),
    ...quick("models side by side, first page", joined),
    ...quick("models side by side, another page", prompts),
    ...quick("search for an id", byId),
    ...quick("a record with its calls", record),
  ];
  const searches = [rareWord, frequentWord, `${frequentWord} quiet`, "nobody's"];
  for (const words of searches) {
    const before = run.processorMs();
    const startedAt = performance.now();
    let answer = await run.page({ search: words });
    const firstMs = answer.ms;
    while (answer.body.searched !== undefined) {
      await sleep(250);
      answer = await run.page({ search: words });
    }
    const wholeMs = performance.now() - startedAt;
    const { matched } = answer.body;
    say(`"${words}": ${matched} records`);
    figures.push(
      atMost({ what: `"${words}": first rows`, measured: firstMs, unit: "ms" }, quickMs),
      atMost({ what: `"${words}": whole search`, measured: wholeMs, unit: "ms" }, searchMs),
      beside({
        what: `"${words}": processor time`,
        measured: run.processorMs() - before,
        unit: "ms",
      }),
    );
  }
  return figures;
}

interface Slowest {
  readonly ms: number;
  readonly processorMs: number;
}

async function worst(requests: readonly (() => Promise<Answer<unknown>>)[]): Promise<Slowest> {
  let slowest = { ms: 0, processorMs: 0 };
  for (const request of requests) {
    const { ms, processorMs } = await request();
    if (ms > slowest.ms) slowest = { ms, processorMs };
  }
  return slowest;
}

function quick(what: string, { ms, processorMs }: Slowest): readonly Figure[] {
  return [
    atMost({ what, measured: ms, unit: "ms" }, quickMs),
    beside({ what: `${what}: processor time`, measured: processorMs, unit: "ms" }),
  ];
}
