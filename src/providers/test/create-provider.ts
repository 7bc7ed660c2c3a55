/**
 * The `test` API of prompto, which can stand in for every other API. It calls nobody and needs no
 * key.
 *
 * `parameters` of prompto (texts, case is ignored):
 * - `raise_error`: `yes` or `true` fails, `no` or `false` answers. Otherwise one call in five
 *   fails.
 * - `raise_error_type`: `Exception` fails with an error that is retried, any other value fails
 *   permanently.
 *
 * Our own `parameters`. If one is set, the result is not random, unless `raise_error` makes it so:
 * - `latency_ms`: duration of the call, with an answer or a failure (default: 1,000 for an answer,
 *   0 for a failure).
 * - `response`: the response. `finish_reason` and `usage` are returned with it.
 * - `status`: HTTP status of a failure, e.g. 429 or 401. `code`: the API's word for it, such as
 *   `insufficient_quota`. `retry_after_s`: wait in seconds that the API asks for.
 * - `fail_times`: number of attempts that fail (with `status`, otherwise 500) before one is
 *   answered.
 * - `hang`: true never answers.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { defined } from "../../domain/defined.js";
import type { FailureFacts } from "../../domain/failure/failure-class.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { endedBySignal } from "../http/ended-by-signal.js";
import { ProviderError } from "../provider.js";
import type { Provider, ProviderCall } from "../provider.js";

const defaultResponse = "This is a test response";
const errorMessage = "This is a test error which we should handle and return";
const defaultLatencyMs = 1_000;
const foreverMs = 2 ** 31 - 1;

const expectations: Readonly<Record<string, readonly [string, (value: JsonValue) => boolean]>> = {
  latency_ms: ["a number of milliseconds", isCount],
  status: [
    "an HTTP status from 400 to 599",
    (value) => isCount(value) && value >= 400 && value < 600,
  ],
  code: ["a text", (value) => typeof value === "string"],
  retry_after_s: ["a number of seconds", isCount],
  fail_times: ["a number", isCount],
  hang: ["true or false", (value) => typeof value === "boolean"],
  usage: ["an object", isJsonObject],
};

const ownParameters = [...Object.keys(expectations), "response", "finish_reason"];

/** Creates the provider. `random` decides the cases that `raise_error` leaves open. */
export function createTestProvider(random: () => number = Math.random): Provider {
  return {
    name: "test",
    check: ({ parameters }) => checkParameters(parameters),
    missingVariables: () => [],
    secretVariables: [],
    send: async (call) => {
      try {
        return await play(call, random);
      } catch (error) {
        throw call.signal.aborted ? endedBySignal(call.signal) : error;
      }
    },
  };
}

function checkParameters(parameters: JsonObject | null | undefined): readonly string[] {
  return Object.entries(expectations).flatMap(([name, [expectation, holds]]) => {
    const value = parameters?.[name];
    return value === undefined || holds(value)
      ? []
      : [`Expected \`parameters.${name}\` to be ${expectation}, got ${JSON.stringify(value)}.`];
  });
}

async function play(call: ProviderCall, random: () => number): Promise<Answer> {
  const parameters = call.record.parameters === undefined ? {} : call.record.parameters;
  const failure = findFailure(parameters, call.attempt, random);
  const latency = parameters?.["latency_ms"];
  const latencyMs = isCount(latency) ? latency : failure ? 0 : defaultLatencyMs;
  const hangs = parameters?.["hang"] === true;
  await sleep(hangs ? foreverMs : latencyMs, undefined, { signal: call.signal });
  if (failure) throw failure;
  return answerOf(parameters ?? {});
}

function answerOf(parameters: JsonObject): Answer {
  const { response = defaultResponse, finish_reason: finishReason, usage } = parameters;
  return {
    response,
    ...defined({ finishReason }),
    ...(isJsonObject(usage) && { usage }),
  };
}

function findFailure(
  parameters: JsonObject | null,
  attempt: number,
  random: () => number,
): ProviderError | undefined {
  const raiseError = parameters?.["raise_error"];
  if (parameters === null || (raiseError !== undefined && typeof raiseError !== "string")) {
    return new ProviderError(
      "Expected `parameters` to be an object with a text for `raise_error`.",
      { kind: "status" },
    );
  }
  if (raises(parameters, raiseError, random)) {
    return new ProviderError(errorMessage, {
      kind: parameters["raise_error_type"] === "Exception" ? "status" : "bad-prompt",
    });
  }
  return findScriptedFailure(parameters, attempt);
}

function raises(
  parameters: JsonObject,
  raiseError: string | undefined,
  random: () => number,
): boolean {
  const wish = raiseError?.toLowerCase();
  if (wish === "true" || wish === "yes") return true;
  if (wish === "false" || wish === "no") return false;
  const isScripted = ownParameters.some((name) => parameters[name] !== undefined);
  return !isScripted && random() < 1 / 5;
}

function findScriptedFailure(parameters: JsonObject, attempt: number): ProviderError | undefined {
  const { status, code, retry_after_s: retryAfterS, fail_times: failTimes } = parameters;
  if (status === undefined && failTimes === undefined) return undefined;
  if (isCount(failTimes) && attempt > failTimes) return undefined;
  const facts: FailureFacts = {
    kind: "status",
    status: isCount(status) ? status : 500,
    ...(typeof code === "string" && { code }),
    ...(isCount(retryAfterS) && { headers: { "retry-after": String(retryAfterS) } }),
  };
  return new ProviderError(
    `The test API failed with status ${String(facts.status)}, as told to.`,
    facts,
  );
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && value >= 0;
}
