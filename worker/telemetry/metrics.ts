/**
 * The worker's Prometheus metrics at one address: Temporal's own (`temporal_…`) and those of the
 * calls (`ostinato_…`).
 */
import type { MetricMeter } from "@temporalio/common";
import type { TelemetryOptions } from "@temporalio/worker";
import type { CallObserver, ObservedCall } from "../../activities/sending/call/call-observer.js";
import type { CallResult } from "../../activities/sending/call/call-provider.js";

/** Upper bounds of the histograms' buckets. */
const buckets = {
  ostinato_call_duration: [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300],
  ostinato_call_wait: [0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600],
  ostinato_slot_lateness: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
};

/**
 * Returns the SDK's options for an endpoint at `address`, e.g. `127.0.0.1:9464`. Its path is
 * `/metrics`.
 */
export function metricsEndpoint(address: string): TelemetryOptions["metrics"] {
  return {
    prometheus: {
      bindAddress: address,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: buckets,
    },
  };
}

interface Gauge {
  readonly set: (value: number) => void;
}

/** Returns an observer that counts the calls of this process. */
export function observeMetrics(meter: MetricMeter): CallObserver {
  const calls = meter.createCounter("ostinato_calls", undefined, "Calls by their result");
  const tokens = meter.createCounter("ostinato_tokens", undefined, "Tokens counted by the APIs");
  const duration = meter.createHistogram(
    "ostinato_call_duration",
    "float",
    "seconds",
    "From the send to the result",
  );
  const wait = meter.createHistogram(
    "ostinato_call_wait",
    "float",
    "seconds",
    "Wait before the send, by its reason",
  );
  const lateness = meter.createHistogram(
    "ostinato_slot_lateness",
    "float",
    "seconds",
    "Send after the slot's instant",
  );
  const inFlight = counting(meter.createGauge("ostinato_calls_in_flight"));
  const openRows = counting(meter.createGauge("ostinato_open_rows"));
  return {
    callStarted: (call) => {
      const sentAt = performance.now();
      const landed = inFlight();
      return (result) => {
        landed();
        const target = { api: call.api, model: call.model };
        calls.add(1, { ...target, result: resultName(result) });
        duration.record((performance.now() - sentAt) / 1_000, target);
        for (const [kind, count] of tokensIn(call, result)) tokens.add(count, { ...target, kind });
      };
    },
    waited: (reason, durationMs) => {
      wait.record(durationMs / 1_000, { reason });
    },
    turn: (latenessMs) => {
      lateness.record(Math.max(0, latenessMs) / 1_000);
    },
    openRow: openRows,
  };
}

/**
 * Returns a function that increments the gauge. The function that it returns decrements the gauge.
 */
function counting(gauge: Gauge): () => () => void {
  let count = 0;
  const add = (difference: number): void => {
    count += difference;
    gauge.set(count);
  };
  return () => {
    add(1);
    return () => {
      add(-1);
    };
  };
}

/** Returns `answered`, `aborted`, or the class of the failure. */
function resultName(result: CallResult): string {
  if (result === "aborted") return result;
  return "answer" in result ? "answered" : result.class.class;
}

function tokensIn(call: ObservedCall, result: CallResult): (readonly [string, number])[] {
  if (result === "aborted" || !("answer" in result)) return [];
  const counts = call.tokensOf(result.answer);
  return counts ? [["input", counts.input] as const, ["output", counts.output] as const] : [];
}
