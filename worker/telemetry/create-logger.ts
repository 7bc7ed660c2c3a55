import type { Logger, LogLevel, LogMetadata } from "@temporalio/worker";
import { destination, pino } from "pino";
import type { Level } from "pino";
import { PinoPretty } from "pino-pretty";
import type { LogFormat } from "../../src/local-server/worker/telemetry-variables.js";

const levels: Readonly<Record<LogLevel, Level>> = {
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
};

/**
 * Expected warnings. The workers for leases and calls have no workflows, and the worker for limits
 * has no activities.
 */
const expected: readonly string[] = [
  "No workflows registered, not polling for workflow tasks",
  "No activities registered, not polling for activity tasks",
];

const prettyOptions = {
  sync: true,
  ignore: "pid",
  translateTime: "SYS:yyyy-mm-dd HH:MM:ss",
} as const;

export interface LoggerOptions {
  /** Minimum level. @default "warn" */
  readonly level: string | undefined;
  /** Format of the log. @default `text` in a terminal, otherwise `json` */
  readonly format: LogFormat | undefined;
}

/** Creates Temporal's logger on pino, which writes to stderr. */
export function createLogger({ level = "warn", format }: LoggerOptions): Logger {
  const isText = (format ?? (process.stderr.isTTY ? "text" : "json")) === "text";
  const stderr = destination({ dest: 2, sync: true });
  // A log file on a full disk must not end a process that holds paid answers.
  stderr.on("error", () => undefined);
  const target = isText ? PinoPretty({ ...prettyOptions, destination: stderr }) : stderr;
  const lines = pino({ level, base: { pid: process.pid } }, target);
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
