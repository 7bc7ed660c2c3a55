import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Outcome } from "../../../src/domain/record/outcome.js";
import { tokensOfApi } from "../../../src/providers/registry/registry.js";
import { invalidOutputLine, outputLine } from "../../../src/domain/record/output-line.js";

const localStamp = (epochMs: number): string => `stamp-${epochMs.toString()}`;

const completed: Outcome = {
  status: "completed",
  sentAt: 1000,
  finishedAt: 1250.4,
  attempts: 2,
  response: "hello",
};

const failed: Outcome = {
  status: "failed",
  sentAt: 1000,
  finishedAt: 1500,
  attempts: 1,
  error: { type: "NotFound", message: "no such model", status: 404, requestId: "r-1" },
};

describe("a row of a pipeline", () => {
  test("gets the rows at the leaves in place of a response", () => {
    const walk = {
      rows: [
        { leaf: "words", path: "", row: { prompt: "hi", words: 2 } },
        {
          leaf: "judged",
          path: "/1",
          row: { score: null },
          failure: { step: "judge", type: "Timeout", message: "late" },
        },
      ],
      failures: [{ step: "judge", type: "Timeout", message: "late" }],
      done: { load: 1, words: 1 },
      dropped: { short: 1 },
      conflicts: {},
    };
    const outcome: Outcome = { ...completed, response: null, walk };
    expect(outputLine('{"prompt": "hi"}', outcome, { localStamp })).toBe(
      '{"prompt": "hi", "timestamp_sent": "stamp-1000", "sent_at": "1970-01-01T00:00:01.000Z", "status": "completed", "latency_ms": 250, "attempts": 2, ' +
        '"leaves": [{"leaf": "words", "row": {"prompt": "hi", "words": 2}}, ' +
        '{"leaf": "judged", "path": "/1", "row": {"score": null}, "failure": {"step": "judge", "type": "Timeout", "message": "late"}}], ' +
        '"failures": [{"step": "judge", "type": "Timeout", "message": "late"}], "dropped": {"short": 1}}',
    );
  });
});

describe("what is appended", () => {
  test("the tokens are there in the same words for all APIs, beside the API's own", () => {
    const usage = { promptTokenCount: 7, candidatesTokenCount: 2, thoughtsTokenCount: 3 };
    const line = outputLine(
      '{"api": "gemini"}',
      { ...completed, usage },
      {
        localStamp,
        tokensOf: tokensOfApi,
      },
    );
    expect(JSON.parse(line)).toMatchObject({
      usage,
      token_usage: { input_tokens: 7, output_tokens: 5, reasoning_tokens: 3 },
    });
    const others: Record<string, object> = {
      openai: { prompt_tokens: 7, completion_tokens: 5 },
      anthropic: { input_tokens: 4, cache_read_input_tokens: 3, output_tokens: 5 },
      ollama: { prompt_eval_count: 7, eval_count: 5 },
    };
    for (const [api, told] of Object.entries(others)) {
      const text = outputLine(
        `{"api": "${api}"}`,
        { ...completed, usage: { ...told } },
        {
          localStamp,
          tokensOf: tokensOfApi,
        },
      );
      expect(JSON.parse(text), api).toMatchObject({
        token_usage: { input_tokens: 7, output_tokens: 5 },
      });
    }
    const unknown = outputLine(
      "{}",
      { ...completed, usage: { units: 3 } },
      {
        localStamp,
        tokensOf: tokensOfApi,
      },
    );
    expect(JSON.parse(unknown)).not.toHaveProperty("token_usage");
  });

  test("a completed record gets its facts after its own text", () => {
    expect(outputLine('{"id": 1, "prompt": "hi"}', completed, { localStamp })).toBe(
      '{"id": 1, "prompt": "hi", "timestamp_sent": "stamp-1000", "sent_at": "1970-01-01T00:00:01.000Z", "status": "completed", "response": "hello", "latency_ms": 250, "attempts": 2}',
    );
  });

  test("what the API told besides is there, in a fixed order", () => {
    const outcome: Outcome = {
      ...completed,
      model: "m-2",
      finishReason: ["stop", "length"],
      usage: { total_tokens: 3, details: { cached: 0 } },
      extra: { tool_calls: [1, "a"], safety_attributes: null },
    };
    expect(outputLine("{}", outcome, { localStamp })).toBe(
      '{"timestamp_sent": "stamp-1000", "sent_at": "1970-01-01T00:00:01.000Z", "model": "m-2", "status": "completed", "response": "hello", "finish_reason": ["stop", "length"], "usage": {"total_tokens": 3, "details": {"cached": 0}}, "latency_ms": 250, "attempts": 2, "tool_calls": [1, "a"], "safety_attributes": null}',
    );
  });

  test("a failed record has a null response and its error", () => {
    expect(outputLine('{"id":1}', failed, { localStamp })).toBe(
      '{"id":1, "timestamp_sent": "stamp-1000", "sent_at": "1970-01-01T00:00:01.000Z", "status": "failed", "response": null, "latency_ms": 500, "attempts": 1, "error": {"type": "NotFound", "message": "no such model", "status": 404, "request_id": "r-1"}}',
    );
  });

  test("a record that was never sent has no time, latency or attempts", () => {
    const outcome: Outcome = {
      status: "failed",
      sentAt: 0,
      finishedAt: 9,
      attempts: 0,
      error: { type: "cancelled", message: "cancelled" },
    };
    expect(outputLine("{}", outcome, { localStamp })).toBe(
      '{"status": "failed", "response": null, "error": {"type": "cancelled", "message": "cancelled"}}',
    );
  });

  test("line separators of Unicode are escaped in what is ours and kept in what is the user's", () => {
    const outcome: Outcome = { ...completed, response: "a\u2028b\u2029c\u0085d" };
    const line = outputLine('{"prompt": "x\u2028y"}', outcome, { localStamp });
    expect(line).toContain('"prompt": "x\u2028y"');
    expect(line).toContain('"response": "a\\u2028b\\u2029c\\u0085d"');
  });

  test("an adapter's further keys never replace the facts", () => {
    const outcome: Outcome = { ...completed, extra: { status: "odd", kept: 1 } };
    const line = JSON.parse(outputLine("{}", outcome, { localStamp })) as object;
    expect(line).toMatchObject({ status: "completed", kept: 1 });
  });
});

describe("the input's own text", () => {
  test("numbers, order, duplicates and Python's literals survive", () => {
    const text =
      '{"2": 1.0, "1": 1e5, "big": 123456789012345678901234567890, "a": NaN, "a": -Infinity, "é": "\\u00e9"';
    const line = outputLine(`${text} }`, completed, { localStamp });
    expect(line.startsWith(`${text}, "timestamp_sent"`)).toBe(true);
  });

  test("a key that bears one of our names is renamed, whether this line has it or not", () => {
    const line = outputLine(
      '{"response": 1.0, "x": {"response": 2}, "err\\u006fr": "response"}',
      completed,
      { localStamp },
    );
    expect(line).toContain(
      '{"input-response": 1.0, "x": {"response": 2}, "input-error": "response"',
    );
  });

  test("a key of the adapter's is renamed in the input too", () => {
    const outcome: Outcome = { ...completed, extra: { tool_calls: [] } };
    const line = outputLine('{"tool_calls": 7}', outcome, { localStamp });
    expect(JSON.parse(line)).toMatchObject({ "input-tool_calls": 7, tool_calls: [] });
  });

  test("renaming meets no key that the input has already", () => {
    const line = outputLine('{"status": 1, "input-status": 2}', completed, { localStamp });
    expect(JSON.parse(line)).toMatchObject({
      "input-input-status": 1,
      "input-status": 2,
      status: "completed",
    });
  });
});

test("a line that is no object is told of with its number and text", () => {
  const outcome: Outcome = {
    status: "failed",
    sentAt: 0,
    finishedAt: 9,
    attempts: 0,
    error: { type: "invalid-record", message: "Expected JSON." },
  };
  expect(invalidOutputLine({ number: 3, text: '{"a": "b' }, outcome, { localStamp })).toBe(
    '{"input_line": 3, "input_text": "{\\"a\\": \\"b", "status": "failed", "response": null, "error": {"type": "invalid-record", "message": "Expected JSON."}}',
  );
});

const ourKeys = [
  "timestamp_sent",
  "sent_at",
  "token_usage",
  "model",
  "status",
  "response",
  "finish_reason",
  "usage",
  "latency_ms",
  "attempts",
  "error",
];

test("for any input and answer the line is one line of JSON that holds both", () => {
  const keys = fc.oneof(fc.string(), fc.constantFrom(...ourKeys, "input-status"));
  const inputs = fc.dictionary(keys, fc.jsonValue());
  fc.assert(
    fc.property(inputs, fc.jsonValue(), fc.nat(3), (input, value, indent) => {
      // The round trip takes out what JSON can't say, such as -0.
      const response = JSON.parse(JSON.stringify(value)) as typeof value;
      const text = JSON.stringify(input, null, indent).replace(/\n/g, " ");
      const outcome = { ...completed, response: response as string };
      const line = outputLine(text, outcome, { localStamp });
      expect(line).not.toMatch(/[\n\r]/);
      const parsed = JSON.parse(line) as Record<string, unknown>;
      expect(parsed["response"]).toEqual(response);
      expect(parsed["status"]).toBe("completed");
      const expected = JSON.parse(text) as Record<string, unknown>;
      const own = Object.keys(expected);
      for (const key of own) {
        let name = key;
        if (ourKeys.includes(key)) {
          do name = `input-${name}`;
          while (own.includes(name));
        }
        expect(parsed[name]).toEqual(expected[key]);
      }
      expect(Object.keys(parsed)).toHaveLength(own.length + 6);
    }),
  );
});
