import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Behaviour } from "./counting-server.js";
import { format } from "./figures.js";
import type { Figure } from "./figures.js";
import { createSetUp, removeSetUp } from "./set-up.js";
import type { SetUp } from "./set-up.js";
import { createStack } from "./stack.js";
import type { Stack } from "./stack.js";
import { startCountingServer } from "./start-counting-server.js";
import type { CountingServer } from "./start-counting-server.js";

export interface Bench {
  readonly name: string;
  /** Conditions that a reader needs for repeating the bench, in a sentence. */
  readonly conditions: string;
  readonly behaviour: Behaviour;
  /** API key in the environment file. @default the right key */
  readonly key?: string;
  readonly measure: (context: BenchContext) => Promise<readonly Figure[]>;
}

export interface BenchContext {
  readonly setUp: SetUp;
  readonly stack: Stack;
  readonly server: CountingServer;
  /** Reports progress on stderr. */
  readonly say: (text: string) => void;
}

export const rightKey = "sk-bench-0123456789";

/**
 * Runs a bench in a separate set-up and prints its figures; with `--json` as one object on stdout.
 * Exits with 1 if a figure misses its target. `--keep` keeps the scratch folder with the logs.
 */
export async function bench(definition: Bench): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, keep: { type: "boolean" } },
  });
  const server = await startCountingServer({ key: rightKey, ...definition.behaviour });
  const setUp = await createSetUp({ baseUrl: server.baseUrl, key: definition.key ?? rightKey });
  const stack = createStack(setUp);
  const startedAt = Date.now();
  const say = (text: string): void => {
    console.error(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${text}`);
  };
  const stopAtSignal = (): void => {
    void stack.endAll().finally(() => process.exit(130));
  };
  process.once("SIGINT", stopAtSignal);
  process.once("SIGTERM", stopAtSignal);
  try {
    const figures = await definition.measure({ setUp, stack, server, say });
    print(definition, figures, values.json === true);
    if (figures.some((figure) => !figure.isMet)) process.exitCode = 1;
  } finally {
    await stack.endAll();
    await server.close();
    if (values.keep === true) say(`kept ${setUp.folder}`);
    else await removeSetUp(setUp);
    process.off("SIGINT", stopAtSignal);
    process.off("SIGTERM", stopAtSignal);
  }
}

function print(definition: Bench, figures: readonly Figure[], asJson: boolean): void {
  const { name, conditions } = definition;
  if (asJson) {
    console.log(JSON.stringify({ name, conditions, machine: machine(), figures }));
    return;
  }
  console.log(`${name}\n${conditions}\n${machine()}\n`);
  const width = Math.max(...figures.map((figure) => figure.what.length));
  for (const { what, measured, unit, target, isMet } of figures) {
    const verdict = target === "" ? "" : isMet ? "ok    " : "MISSED";
    const value = `${format(measured)} ${unit}`.trimEnd();
    console.log(
      `  ${verdict.padEnd(6)}  ${what.padEnd(width)}  ${value.padEnd(16)} ${target}`.trimEnd(),
    );
  }
}

function machine(): string {
  const all = cpus();
  return `${all.length} cores (${all[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}, ${process.platform}`;
}
