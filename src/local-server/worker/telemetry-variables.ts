/** The variables that configure the logs, metrics and traces of a worker's process. */
import type { Environment } from "../../domain/environment.js";
import { UserError } from "../../domain/failure/user-error.js";

export const metricsVariable = "OSTINATO_METRICS_PORT";
export const logFormatVariable = "OSTINATO_LOG_FORMAT";

/** OpenTelemetry's variables for the addresses of traces. */
const traceAddresses = [
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
] as const;

const logFormats = ["text", "json"] as const;

/** Format of a worker's log. `text` is for people, `json` has one object per line. */
export type LogFormat = (typeof logFormats)[number];

/**
 * Returns the address of the metrics endpoint, e.g. `127.0.0.1:9464`; `undefined` if it is not set.
 * If only a port is given, the endpoint listens on this machine only. Throws a `UserError` for
 * anything other than `PORT` or `HOST:PORT`.
 */
export function metricsAddressOf(environment: Environment): string | undefined {
  const given = environment[metricsVariable] ?? "";
  return given === "" ? undefined : readMetricsAddress(given, metricsVariable);
}

/** @param name the flag or variable, for the error */
export function readMetricsAddress(given: string, name: string): string {
  const [, host = "127.0.0.1", port = ""] =
    /^(?:(\[[0-9a-f:]+\]|[\w.-]+):)?(\d+)$/i.exec(given) ?? [];
  if (port !== "" && Number(port) >= 1 && Number(port) <= 65_535) return `${host}:${port}`;
  throw new UserError(
    `Expected ${name} to be a port or HOST:PORT, for example 9464 or 0.0.0.0:9464, got ${JSON.stringify(given)}.`,
  );
}

/**
 * Returns the format of the log; `undefined` if it is not set. Throws a `UserError` for an unknown
 * format.
 */
export function logFormatOf(environment: Environment): LogFormat | undefined {
  const given = environment[logFormatVariable] ?? "";
  return given === "" ? undefined : readLogFormat(given, logFormatVariable);
}

/** @param name the flag or variable, for the error */
export function readLogFormat(given: string, name: string): LogFormat {
  const format = logFormats.find((one) => one === given);
  if (format !== undefined) return format;
  throw new UserError(`Expected ${name} to be text or json, got ${JSON.stringify(given)}.`);
}

/** True if one of OpenTelemetry's standard variables names an address for traces. */
export function hasTraces(environment: Environment): boolean {
  const isOff = environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true";
  return !isOff && traceAddresses.some((name) => environment[name]);
}
