import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../../executors/lines/child-environment.js";
import type { ExecutorPool, ExecutorSettings } from "../../executors/lines/executor.js";
import { lazyPool } from "../../executors/lines/lazy-pool.js";
import { LinePool } from "../../executors/lines/line-pool.js";
import { threadTransport } from "../../executors/lines/thread-transport.js";
import type { ThreadModule, ThreadModules } from "../../pipeline/code/function-task.js";
import { hasKeptModules, keptModules } from "../../pipeline/code/kept-modules.js";
import { ownStack } from "../../pipeline/code/own-stack.js";
import { keepFlowCode, plainFile } from "./flow-code.js";

const defaultHeapMb = 512;

/**
 * Runs TypeScript and JavaScript in worker threads. The folder of the setup was filled by
 * `keepFlowCode`, or is the flow's own folder, whose modules are bundled first.
 */
export function typescriptExecutor(settings: ExecutorSettings): ExecutorPool {
  /** Path of the folder with the bundles that this pool has made. */
  let temporary: string | undefined;
  const pool = lazyPool(async () => {
    const { folder, files } = settings.setup;
    if (hasKeptModules(folder)) return threadPool(settings, await keptModules(folder));
    temporary = await mkdtemp(join(tmpdir(), "ostinato-code-"));
    await keepFlowCode({ files, base: folder }, temporary);
    return threadPool(settings, await keptModules(temporary));
  });
  return {
    ...pool,
    end: async () => {
      await pool.end();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}

function threadPool(settings: ExecutorSettings, modules: readonly ThreadModule[]): LinePool {
  const { setup, mostHeapMb = defaultHeapMb, environment = process.env } = settings;
  const ofThread: ThreadModules = { modules };
  const transport = threadTransport({
    label: "of TypeScript",
    program: programPath(),
    settings: ofThread,
    mostHeapMb,
    environment: childEnvironment(environment, setup.variables),
  });
  const pathOf = (file: string): string =>
    modules.find((module) => plainFile(module.file) === plainFile(file))?.module ?? file;
  const ownTrace = (trace: string, file: string): string =>
    ownStack(trace, pathOf(file)).join("\n");
  return new LinePool(settings, { transport, ownTrace });
}

/** Returns the path of the compiled thread program, for the built package and for its sources. */
function programPath(): string {
  const name = "flow-thread-program.js";
  const beside = fileURLToPath(new URL(name, import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL(`../../../dist/src/flow/code/${name}`, import.meta.url));
}
