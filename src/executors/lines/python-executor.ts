import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "./child-environment.js";
import type { ExecutorPool, ExecutorSettings } from "./executor.js";
import { LinePool } from "./line-pool.js";
import { processTransport } from "./process-transport.js";

/** Runs Python files in child processes. Their program is in `python/` of this package. */
export function pythonExecutor(settings: ExecutorSettings): ExecutorPool {
  const { setup, environment = process.env } = settings;
  const python = settings.python ?? environment["OSTINATO_PYTHON"] ?? "python3";
  const variables = {
    PYTHONUNBUFFERED: "1",
    // Python must not write bytecode into the run's folder, which stays as it was saved.
    PYTHONDONTWRITEBYTECODE: "1",
    OSTINATO_PYTHON_LABEL: python,
    ...setup.variables,
  };
  const transport = processTransport({
    label: python,
    command: python,
    arguments: [programPath()],
    folder: setup.folder,
    environment: childEnvironment(environment, variables),
    hint: "Install Python 3.9 or later, or set OSTINATO_PYTHON to its path",
  });
  return new LinePool(settings, { transport });
}

/** Returns the path of the program, for the built package and for its sources. */
function programPath(): string {
  const places = ["../../../../python", "../../../python"].map((folder) =>
    fileURLToPath(new URL(`${folder}/ostinato_executor.py`, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error("Expected python/ostinato_executor.py in the package.");
  return found;
}
