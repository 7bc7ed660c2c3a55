import { childEnvironment } from "./child-environment.js";
import type { ExecutorPool, ExecutorSettings } from "./executor.js";
import { LinePool } from "./line-pool.js";
import { processTransport } from "./process-transport.js";

/**
 * Runs any program that speaks the protocol on stdin and stdout. A shell starts the program in the
 * flow's folder.
 */
export function commandExecutor(command: string, settings: ExecutorSettings): ExecutorPool {
  const { setup, environment = process.env } = settings;
  const transport = processTransport({
    label: command,
    command: "sh",
    arguments: ["-c", command],
    folder: setup.folder,
    environment: childEnvironment(environment, setup.variables),
    hint: "Install a shell",
    shellHint:
      "It starts in a copy of the flow's folder: name a program elsewhere by its absolute path",
  });
  return new LinePool(settings, { transport });
}
