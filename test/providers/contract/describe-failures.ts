import { expect, it } from "vitest";
import { defined } from "../../../src/domain/defined.js";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import type { AdapterUnderTest, FailureRow } from "./adapter-under-test.js";
import { canary, nowMs, rowsOfAll } from "./failure-rows.js";
import { callOf, failureOf, shown, start } from "./one-call.js";

/** The row of the failure table in which each failure ends. */
export function describeFailures(adapter: AdapterUnderTest): void {
  const classify = async (row: FailureRow): Promise<void> => {
    const controller = new AbortController();
    const { reply, timeoutMs } = row;
    const started = await start(() => {
      // The time limit begins with the request, which a busy machine may send late.
      if (timeoutMs !== undefined) setTimeout(() => controller.abort(timeLimit()), timeoutMs);
      return reply;
    });
    const { signal } = controller;
    const record = { ...adapter.record, ...row.given } as PromptRecord;
    const error = await failureOf(adapter.create(), callOf(adapter, started, { signal, record }));
    expect(classifyFailure(error.facts, nowMs, error.message)).toEqual({
      class: row.class,
      type: row.type,
      ...defined({ retryAfterMs: row.retryAfterMs }),
      ...(row.type === "NotFound" && { blocksInARow: true }),
    });
    expect(error.message).toContain(row.message ?? "");
    expect(started.requests).toHaveLength(1);
    // Not even its beginning.
    expect(shown(error)).not.toContain(canary.slice(0, 9));
  };

  for (const row of [...rowsOfAll(adapter), ...adapter.failures]) {
    it(`calls ${row.title} ${row.class} and ${row.type}, after one request`, () => classify(row));
  }

  it("reports the status, the API's message and the request's id, and no cookie", async () => {
    const { requestIdHeader = "x-request-id", hasErrorCodes = true } = adapter;
    const started = await start({
      status: 400,
      body: adapter.errorBody("The temperature is too high", "bad_temperature"),
      headers: { [requestIdHeader]: "req-7", "set-cookie": "session=secret" },
    });
    const error = await failureOf(adapter.create(), callOf(adapter, started));
    expect(error.message).toBe("The temperature is too high");
    expect(error.facts).toMatchObject({
      kind: "status",
      status: 400,
      ...(hasErrorCodes && { code: "bad_temperature" }),
      requestId: "req-7",
    });
    expect(shown(error)).not.toContain("session=secret");
  });

  it("says who refused the connection", async () => {
    const started = await start({});
    await started.close();
    const error = await failureOf(adapter.create(), callOf(adapter, started));
    expect(error.facts).toMatchObject({
      kind: "connection",
      code: "ECONNREFUSED",
      host: new URL(started.origin).host,
    });
    expect(error.message).toContain("ECONNREFUSED 127.0.0.1:");
  });
}

/** The reason of an `AbortSignal.timeout` signal. */
function timeLimit(): DOMException {
  return new DOMException("The operation was aborted due to timeout", "TimeoutError");
}
