import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The real promptflow, in its own folder. */
export interface Promptflow {
  /**
   * Runs a flow over lines with four workers. Resolves to the duration in seconds, and the output.
   */
  readonly run: (flow: string, data: string, name: string) => Promise<PromptflowRun>;
}

export interface PromptflowRun {
  readonly seconds: number;
  readonly outputs: readonly unknown[];
  readonly metrics: unknown;
}

/**
 * Installs promptflow from the Python package index, which takes some minutes. BENCH_PF names the
 * `pf` of an existing installation.
 */
export async function openPromptflow(folder: string): Promise<Promptflow> {
  const home = join(folder, "promptflow-home");
  await mkdir(home, { recursive: true });
  const pf = process.env["BENCH_PF"] ?? (await install(join(folder, "promptflow")));
  const env = { ...process.env, HOME: home, PF_WORKER_COUNT: "4" };
  await execute(pf, ["config", "set", "telemetry.enabled=false"], { env });
  return {
    run: async (flow, data, name) => {
      const began = performance.now();
      await execute(pf, ["run", "create", "--flow", flow, "--data", data, "--name", name], {
        env,
        maxBuffer: 1 << 28,
      });
      const seconds = (performance.now() - began) / 1000;
      const run = join(home, ".promptflow", ".runs", name);
      const text = await readFile(join(run, "flow_outputs", "output.jsonl"), "utf8");
      const metrics = join(run, "metrics.json");
      return {
        seconds,
        outputs: text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
        metrics: existsSync(metrics)
          ? (JSON.parse(await readFile(metrics, "utf8")) as unknown)
          : {},
      };
    },
  };
}

async function install(folder: string): Promise<string> {
  await execute("python3", ["-m", "venv", folder]);
  await execute(join(folder, "bin", "pip"), [
    "install",
    "--quiet",
    "promptflow",
    "promptflow-tools",
  ]);
  return join(folder, "bin", "pf");
}

/** Writes the files of a flow into a new folder. Returns the folder. */
export async function writeFlow(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const flow = join(folder, name);
  await mkdir(flow, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(flow, file), text);
  return flow;
}
