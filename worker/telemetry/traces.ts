/**
 * OpenTelemetry traces of a worker. Temporal's span of each activity contains a span of each call,
 * with the names from OpenTelemetry's conventions for generative AI.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, Span } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { Resource, envDetectorSync } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { OpenTelemetryActivityInboundInterceptor } from "@temporalio/interceptors-opentelemetry";
import type { WorkerInterceptors } from "@temporalio/worker";
import type { CallObserver, ObservedCall } from "../../activities/sending/call/call-observer.js";
import type { CallResult } from "../../activities/sending/call/call-provider.js";

export interface Traces {
  readonly observer: Pick<CallObserver, "callStarted">;
  readonly interceptors: WorkerInterceptors;
  /** Sends the spans that are still in memory. */
  readonly close: () => Promise<void>;
}

/** Starts traces. Prompts and answers are never part of a span. */
export function startTraces(): Traces {
  const named = new Resource({ "service.name": "ostinato-worker" });
  const provider = new NodeTracerProvider({
    resource: named.merge(envDetectorSync.detect()),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return {
    observer: { callStarted: startSpan },
    interceptors: {
      activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })],
    },
    close: async () => provider.shutdown(),
  };
}

function startSpan(call: ObservedCall): (result: CallResult) => void {
  const span = trace.getTracer("ostinato").startSpan(`chat ${call.model}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": call.api,
      "gen_ai.request.model": call.model,
      "ostinato.experiment": call.experiment,
      "ostinato.group": call.group,
      "ostinato.position": call.position,
      "ostinato.attempt": call.attempt,
    },
  });
  return (result) => {
    endSpan(span, call, result);
  };
}

function endSpan(span: Span, call: ObservedCall, result: CallResult): void {
  if (result === "aborted") {
    span.setStatus({ code: SpanStatusCode.ERROR, message: "aborted" });
  } else if ("answer" in result) {
    span.setAttributes(tokenAttributes(call, result));
  } else {
    span.setAttribute("error.type", result.failure.type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: result.failure.type });
  }
  span.end();
}

function tokenAttributes(
  call: ObservedCall,
  { answer }: Extract<CallResult, { answer: unknown }>,
): Attributes {
  const tokens = call.tokensOf(answer);
  if (!tokens) return {};
  return { "gen_ai.usage.input_tokens": tokens.input, "gen_ai.usage.output_tokens": tokens.output };
}
