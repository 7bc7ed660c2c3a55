/** Logs, metrics and traces of a worker's process, according to its environment. */
import { makeTelemetryFilterString, Runtime } from "@temporalio/worker";
import type { Logger, WorkerInterceptors } from "@temporalio/worker";
import { noObserver } from "../../activities/sending/call/call-observer.js";
import type { CallObserver } from "../../activities/sending/call/call-observer.js";
import type { Environment } from "../../src/domain/environment.js";
import { defined } from "../../src/domain/defined.js";
import { errorText } from "../../src/domain/failure/error-text.js";
import {
  hasTraces,
  logFormatOf,
  metricsAddressOf,
} from "../../src/local-server/worker/telemetry-variables.js";
import { createLogger } from "./create-logger.js";
import { metricsEndpoint, observeMetrics } from "./metrics.js";
import type { Traces } from "./traces.js";

export interface Telemetry {
  readonly logger: Logger;
  readonly observer: CallObserver;
  readonly interceptors?: WorkerInterceptors;
  /** Sends data that is still in memory. */
  readonly close: () => Promise<void>;
}

/**
 * Installs Temporal's runtime, once in a process and before any other use of the SDK. Throws a
 * `UserError` for a wrong variable.
 */
export async function installTelemetry(environment: Environment): Promise<Telemetry> {
  const address = metricsAddressOf(environment);
  const logger = createLogger({
    level: environment["OSTINATO_LOG_LEVEL"],
    format: logFormatOf(environment),
  });
  const hasMetrics = installRuntime(logger, address);
  const traces = hasTraces(environment) ? await loadTraces() : undefined;
  const observers = [
    ...(hasMetrics ? [observeMetrics(Runtime.instance().metricMeter)] : []),
    ...(traces ? [{ ...noObserver, ...traces.observer }] : []),
  ];
  return {
    logger,
    observer: joined(observers),
    ...defined({ interceptors: traces?.interceptors }),
    close: async () => {
      // Lost spans must not turn the end of a worker into an error.
      await traces?.close().catch((error: unknown) => {
        logger.warn(`The last traces are lost: ${errorText(error)}`);
      });
    },
  };
}

/**
 * Loads OpenTelemetry. It takes a tenth of a worker's start, so it is loaded only if it is used.
 */
async function loadTraces(): Promise<Traces> {
  const { startTraces } = await import("./traces.js");
  return startTraces();
}

/**
 * Installs the runtime. Returns true if metrics are on. A second worker on the same port runs
 * without metrics.
 */
function installRuntime(logger: Logger, address: string | undefined): boolean {
  const options = {
    logger,
    // The process handles the signals itself, because a second signal has another effect.
    shutdownSignals: [],
  };
  const logging = { filter: makeTelemetryFilterString({ core: "WARN" }), forward: {} };
  if (address !== undefined) {
    try {
      const metrics = metricsEndpoint(address);
      Runtime.install({ ...options, telemetryOptions: { logging, ...defined({ metrics }) } });
      return true;
    } catch (error) {
      logger.warn(`No metrics: the address ${address} can't be used. ${errorText(error)}`);
    }
  }
  Runtime.install({ ...options, telemetryOptions: { logging } });
  return false;
}

function joined(observers: readonly CallObserver[]): CallObserver {
  const [first = noObserver, second] = observers;
  if (!second) return first;
  return {
    callStarted: (call) => {
      const ends = observers.map((observer) => observer.callStarted(call));
      return (result) => {
        for (const end of ends) end(result);
      };
    },
    waited: first.waited,
    turn: first.turn,
    openRow: first.openRow,
  };
}
