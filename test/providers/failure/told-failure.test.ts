import { expect, test } from "vitest";
import { findToldFailure, readNoAnswer } from "../../../src/providers/failure/told-failure.js";

test.each([
  [{ error: { code: 502, message: "gone" } }, "gone", { status: 502 }],
  [{ error: "gone" }, "gone", {}],
  [{ error: 502, message: "gone" }, "gone", { status: 502 }],
  [{ error: true, message: "gone", code: 429 }, "gone", { status: 429 }],
  [{ choices: [{ error: { code: 500, message: "gone" } }] }, "gone", { status: 500 }],
  [
    { choices: [{ message: { content: null, error: { code: 500, message: "gone" } } }] },
    "gone",
    { status: 500 },
  ],
  [
    { choices: [{ message: { content: "ha" }, finish_reason: "ERROR" }] },
    'The server ended its answer with the finish reason "error".',
    {},
  ],
  [{ error: { message: "busy", raw_status_code: 429 } }, "busy", { status: 429 }],
])("%j is a failure", (body, message, facts) => {
  expect(findToldFailure(body)).toMatchObject({ message, facts });
});

test.each([
  { choices: [{ message: { content: "a" }, finish_reason: "stop" }] },
  { error: null, choices: [] },
  { error: 0, choices: [] },
  { error: { code: 200, message: "ok" } },
])("%j is none", (body) => {
  expect(findToldFailure(body)).toBeUndefined();
});

test.each([
  [{ detail: "no such route" }, "no such route", {}],
  [{ message: "rate limited", code: 429 }, "rate limited", { status: 429 }],
  [{ errors: [{ code: 500, message: "W19" }] }, "W19", { status: 500 }],
  [{ statusCode: 503, message: "starting" }, "starting", { status: 503 }],
  [{ status: "error", message: "no" }, "no", {}],
  [{ odd: [1] }, '{"odd":[1]}', {}],
])("the words of %j, which is no answer, are read", (body, message, facts) => {
  const told = readNoAnswer(body);
  expect(told.message).toBe(message);
  expect(told.facts).toMatchObject(facts);
  expect(told.facts.status).toBe("status" in facts ? facts.status : undefined);
});
