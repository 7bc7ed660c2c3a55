import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { atMost, beside, exactly } from "./lib/figures.js";

const few = 100_000;
const many = 1_000_000;
/** Bytes of one index entry. */
const indexBytesPerRecord = 16;
const noiseBytes = 60e6;
const program = fileURLToPath(new URL("lib/prepare-csv.ts", import.meta.url));

await bench({
  name: "csv-1000000",
  conditions:
    "A table of 320 bytes a row, quotes and line ends in its prompts, prepared in a process of its own: checked, grouped, " +
    "kept as CSV and as JSONL, indexed. Constant memory: what ten times the rows add is at most their index (held twice " +
    "when it is written) and 60 MB of noise of the garbage collector.",
  behaviour: { latencyMs: 0 },
  async measure(context) {
    const small = await prepare(context, few);
    const large = await prepare(context, many);
    const growth = 2 * (many - few) * indexBytesPerRecord + noiseBytes;
    return [
      atMost({ what: "100,000 rows", measured: small.seconds, unit: "s" }, 5),
      beside({ what: "1,000,000 rows", measured: large.seconds, unit: "s" }),
      beside({ what: "peak memory, 100,000 rows", measured: small.peakBytes / 1e6, unit: "MB" }),
      atMost(
        {
          what: "peak memory, what ten times the rows add",
          measured: (large.peakBytes - small.peakBytes) / 1e6,
          unit: "MB",
        },
        growth / 1e6,
      ),
      exactly({ what: "records", measured: large.records }, many),
    ];
  },
});

interface Prepared {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly records: number;
}

async function prepare({ setUp, say }: BenchContext, rows: number): Promise<Prepared> {
  const path = join(setUp.folder, `table-${rows}.csv`);
  await writeTable(path, rows);
  const folder = join(setUp.folder, `data-${rows}`);
  const given = ["--import", "tsx", program, path, folder];
  const { stdout } = await promisify(execFile)(process.execPath, given);
  say(`${rows} rows: ${stdout.trim()}`);
  // The line comes from our own program.
  return JSON.parse(stdout) as Prepared;
}

async function writeTable(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write("id,api,model_name,prompt,group,parameters-max_tokens\n");
  const words = "What does a row of some 320 bytes look like? ".repeat(5);
  for (let row = 0; row < rows; row += 1) {
    const line = `${row},test,model-${row % 3},"#${row} ""quoted""\n${words}",group ${row % 5},100\n`;
    if (!file.write(line)) await once(file, "drain");
  }
  file.end();
  await finished(file);
}
