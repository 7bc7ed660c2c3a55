import { readFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atMost, beside } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { workerPids } from "./lib/own-processes.js";
import { processorTimeOf } from "./lib/processor-time.js";
import { repository } from "./lib/repository.js";
import { sizeFrom } from "./lib/size-from.js";
import { now, waitUntil } from "./lib/wait-until.js";

const rounds = sizeFrom("BENCH_ROUNDS", 3);
const records = sizeFrom("BENCH_RECORDS", 3_000);
const perMinute = 6_000;

const variants = ["detached", "display", "metrics"] as const;
type Variant = (typeof variants)[number];

let runs = 0;

await bench({
  name: "display-and-metrics",
  conditions:
    `${rounds} rounds of ${records} prompts at 6,000 a minute, calls of 500 ms: with \`--detach\`, with the live display on a ` +
    "pseudo-terminal, and with `--detach` and a worker that serves metrics, which are read every second. " +
    "The display counts from the first call to the last. Needs Linux and `script`. BENCH_ROUNDS and BENCH_RECORDS set other numbers.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    await context.stack.startServer();
    const costs: Record<Variant, Cost[]> = { detached: [], display: [], metrics: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of variants) costs[variant].push(await measureRun(context, variant));
    }
    const worker = (variant: Variant): number => mean(costs[variant].map((run) => run.callMs));
    const display = mean(costs.display.map((run) => run.displayShare));
    const share = (variant: Variant): number => (worker(variant) / worker("detached") - 1) * 100;
    const unit = "%";
    return [
      atMost({ what: "a core's time for the display", measured: display * 100, unit }, 3),
      atMost(
        { what: "worker's time a call with the display, more", measured: share("display"), unit },
        3,
      ),
      atMost(
        { what: "worker's time a call with metrics, more", measured: share("metrics"), unit },
        3,
      ),
      beside({ what: "worker's time a call", measured: worker("detached"), unit: "ms" }),
    ];
  },
});

interface Cost {
  /** Processor time of the worker for a call, in ms. */
  readonly callMs: number;
  /** Processor time of the command from the first call to the last, as a share of this time. */
  readonly displayShare: number;
}

/** Each run has a worker of its own, which has warmed up with a few calls. */
async function measureRun(context: BenchContext, variant: Variant): Promise<Cost> {
  const { setUp, stack, server, say } = context;
  runs += 1;
  const firstId = runs * 1_000_000;
  const port = setUp.port + 2_000;
  await stack.startWorker(variant === "metrics" ? { OSTINATO_METRICS_PORT: port.toString() } : {});
  const warm = await writeInput(setUp, { name: `warm-${runs}`, records: 100, firstId });
  await runCliWell(setUp, ["run", warm, "-mq", perMinute.toString()]);
  const input = await writeInput(setUp, { name: `run-${runs}`, records, firstId: firstId + 1_000 });
  const before = (await server.calls()).length;
  const [worker = 0] = workerPids(setUp);
  const workerBefore = processorTimeOf(worker);
  const args = ["run", input, "-mq", perMinute.toString()];
  const command = variant === "display" ? startOnTerminal(context, args) : undefined;
  if (!command) await runCliWell(setUp, [...args, "--detach"]);
  const answered = async (count: number): Promise<void> => {
    await waitUntil(
      async () => {
        if (variant === "metrics") await fetch(`http://127.0.0.1:${port}/metrics`);
        return (await server.calls()).length >= before + count;
      },
      { what: `${count} calls`, timeoutMs: 600_000, everyMs: 1_000 },
    );
  };
  await answered(1);
  const from = { atMs: now(), cpuMs: command?.cpuMs() ?? 0 };
  await answered(records);
  const displayShare = ((command?.cpuMs() ?? 0) - from.cpuMs) / (now() - from.atMs);
  const callMs = (processorTimeOf(worker) - workerBefore) / records;
  await command?.ended;
  stack.killWorkersForGood();
  say(`${variant}: ${callMs.toFixed(2)} ms a call, display ${(displayShare * 100).toFixed(1)} %`);
  return { callMs, displayShare };
}

interface OnTerminal {
  readonly cpuMs: () => number;
  readonly ended: Promise<unknown>;
}

/** Runs a command on a pseudo-terminal of 120 columns. */
function startOnTerminal({ setUp }: BenchContext, args: readonly string[]): OnTerminal {
  const program = [process.execPath, join(repository, "dist/cli/main.js"), ...args].join(" ");
  const script = spawn("script", ["-qefc", `stty cols 120 rows 40; exec ${program}`, "/dev/null"], {
    cwd: setUp.folder,
    env: { ...setUp.env, TERM: "xterm-256color" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const pid = script.pid ?? 0;
  const cpuMs = (): number => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return processorTimeOf(Number(children.trim()));
  };
  return { cpuMs, ended: once(script, "exit") };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
