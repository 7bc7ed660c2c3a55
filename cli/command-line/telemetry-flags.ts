import {
  logFormatVariable,
  metricsVariable,
  readLogFormat,
  readMetricsAddress,
} from "../../src/local-server/worker/telemetry-variables.js";
import type { Environment } from "../../src/domain/environment.js";
import type { Flag, Invocation } from "./command.js";
import { textFlag } from "./text-flag.js";

/** The flags of commands that run a worker in the foreground. */
export const telemetryFlags: readonly Flag[] = [
  {
    flag: "--metrics-port",
    takes: "[HOST:]PORT",
    description: "serve Prometheus metrics there; a port alone listens on 127.0.0.1",
  },
  {
    flag: "--log-format",
    takes: "FORMAT",
    description: "text or json (default: text in a terminal, else json)",
  },
];

/** Returns the environment for the worker's process. Throws a `UserError` for a wrong flag. */
export function telemetryEnvironment(invocation: Invocation): Environment {
  const address = textFlag(invocation, "metrics-port");
  const format = textFlag(invocation, "log-format");
  return {
    ...invocation.terminal.environment,
    ...(address !== undefined && {
      [metricsVariable]: readMetricsAddress(address, "--metrics-port"),
    }),
    ...(format !== undefined && { [logFormatVariable]: readLogFormat(format, "--log-format") }),
  };
}
