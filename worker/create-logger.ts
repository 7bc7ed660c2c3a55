import type { Logger, LogLevel, LogMetadata } from "@temporalio/worker";
import { destination, pino } from "pino";
import type { Level } from "pino";

const levels: Readonly<Record<LogLevel, Level>> = {
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
};

/**
 * Expected warnings: the workers for leases and calls have no workflows, and the worker for limits
 * has no activities.
 */
const expected: readonly string[] = [
  "No workflows registered, not polling for workflow tasks",
  "No activities registered, not polling for activity tasks",
];

/**
 * Temporal's logger on pino, to stderr. `OSTINATO_LOG_LEVEL` sets the minimum level.
 * @default "warn"
 */
export function createLogger(level: string | undefined): Logger {
  const stderr = destination({ dest: 2, sync: true });
  // A log file on a full disk must not end a process that holds paid answers.
  stderr.on("error", () => undefined);
  const lines = pino({ level: level ?? "warn", base: { pid: process.pid } }, stderr);
  const log = (at: LogLevel, message: string, meta?: LogMetadata): void => {
    if (!expected.includes(message)) lines[levels[at]](meta ?? {}, message);
  };
  return {
    log,
    trace: (message, meta) => {
      log("TRACE", message, meta);
    },
    debug: (message, meta) => {
      log("DEBUG", message, meta);
    },
    info: (message, meta) => {
      log("INFO", message, meta);
    },
    warn: (message, meta) => {
      log("WARN", message, meta);
    },
    error: (message, meta) => {
      log("ERROR", message, meta);
    },
  };
}
