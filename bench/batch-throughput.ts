import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, measurePace } from "./lib/measure.js";
import type { SetUp } from "./lib/set-up.js";
import { sizeFrom } from "./lib/size-from.js";

const lines = sizeFrom("BENCH_LINES", 10_000);
const second = 1_000_000;

await bench({
  name: "batch-throughput",
  conditions: `${lines} lines of a flow with two llm nodes and as many prompts of an experiment, at 60,000 calls a minute and calls of 500 ms, one after the other in one run; BENCH_LINES sets another number.`,
  behaviour: { latencyMs: 500 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "plain", records: lines, firstId: 2 * second });
    await runCliWell(setUp, ["run", input, "-mq", "60000"]);
    const plain = measurePace(await server.calls());
    await writeFlow(setUp);
    await runCliWell(setUp, ["batch", "run", "two-calls", "--data", "lines.jsonl", "-mq", "60000"]);
    const calls = (await server.calls()).slice(lines);
    const ofLines = measurePace(calls);
    return [
      atLeast(
        {
          what: "calls a second against the experiment's",
          measured: ofLines.perMinute / plain.perMinute,
        },
        0.8,
      ),
      beside({ what: "calls a second of the experiment", measured: plain.perMinute / 60 }),
      beside({ what: "calls a second of the batch run", measured: ofLines.perMinute / 60 }),
      exactly({ what: "calls of the batch run", measured: calls.length }, lines * 2),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    ];
  },
});

/** A flow whose second node asks after the first; the ids of their calls differ. */
async function writeFlow({ folder }: SetUp): Promise<void> {
  const node = (name: string, template: string, more: string): string =>
    `  - name: ${name}\n    type: llm\n    source: { type: code, path: ${template} }\n    inputs: { model: ${name}, i: "\${inputs.i}"${more} }\n    provider: OpenAI\n    connection: c\n    api: chat\n`;
  const text = `inputs:\n  i: { type: int }\noutputs:\n  two: { type: string, reference: "\${two.output}" }\nnodes:\n${node("one", "one.jinja2", "")}${node("two", "two.jinja2", ', before: "${one.output}"')}`;
  await mkdir(join(folder, "two-calls"), { recursive: true });
  await writeFile(join(folder, "two-calls", "flow.dag.yaml"), text);
  await writeFile(join(folder, "two-calls", "one.jinja2"), "# user:\nask #{{ i }}\n");
  await writeFile(
    join(folder, "two-calls", "two.jinja2"),
    `# user:\nask #{{ i + ${second} }} after {{ before }}\n`,
  );
  const rows = Array.from({ length: lines }, (_, i) => `${JSON.stringify({ i })}\n`);
  await writeFile(join(folder, "lines.jsonl"), rows.join(""));
}
