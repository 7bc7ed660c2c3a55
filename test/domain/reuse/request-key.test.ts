import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { repository } from "../../../bench/lib/repository.js";
import { parseExactJson } from "../../../src/domain/json/exact-numbers.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { requestKeys, requestOf } from "../../../src/domain/reuse/request-key.js";

const record: JsonObject = { id: 1, api: "openai", model_name: "m", prompt: "hi" };

describe("the request of a record", () => {
  test.each<[string, JsonObject]>([
    ["another id", { ...record, id: 2 }],
    ["another order of keys", { prompt: "hi", model_name: "m", api: "openai" }],
    ["a key of the user", { ...record, expected_response: "ho" }],
    ["another group", { ...record, group: "g" }],
    ["empty parameters", { ...record, parameters: {} }],
    ["null parameters", { ...record, parameters: null }],
  ])("is the same with %s", (_, other) => {
    expect(requestOf(other)).toBe(requestOf(record));
  });

  test.each<[string, JsonObject]>([
    ["prompt", { ...record, prompt: "hi " }],
    ["form of prompt", { ...record, prompt: ["hi"] }],
    ["model", { ...record, model_name: "n" }],
    ["API", { ...record, api: "azure-openai" }],
    ["parameter", { ...record, parameters: { temperature: 0 } }],
    ["mode", { ...record, mode: "responses" }],
    ["safety filter", { ...record, safety_filter: "none" }],
  ])("differs with another %s", (_, other) => {
    expect(requestOf(other)).not.toBe(requestOf(record));
  });

  test("tells seeds beyond 2^53 apart", () => {
    const [one, other] = ["9007199254740993", "9007199254740992"].map((seed) =>
      requestOf(parseExactJson(`{"api": "a", "parameters": {"seed": ${seed}}}`) as JsonObject),
    );
    expect(one).not.toBe(other);
  });

  test("of an own API has every key but names, results and facts about an earlier record", () => {
    const own = { ...record, picture: "a.png" };
    expect(requestOf(own, true)).not.toBe(requestOf(record, true));
    expect(requestOf({ ...record, "input-usage": 1, status: "x", id: 7 }, true)).toBe(
      requestOf(record, true),
    );
    // A completed line has a record's own `model` under another name.
    expect(requestOf({ ...record, model: "x" }, true)).toBe(
      requestOf({ ...record, "input-model": "x" }, true),
    );
  });
});

test("the adapters read no other key of a record by its name", () => {
  const folder = join(repository, "src/providers");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => file.endsWith(".ts"));
  const read = sources.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const named = [...text.matchAll(/\brecord(?:\["(\w+)"\]|\.(\w+)\b(?!"))/g)];
    const taken = [...text.matchAll(/\{([^{}]*)\}(?: = (?:call\.)?record;|: PromptRecord)/g)];
    return [
      ...named.map(([, key, field]) => key ?? field ?? ""),
      ...taken
        .flatMap(([, keys = ""]) => [...keys.matchAll(/(?:^|, )\s*(\w+)/g)])
        .map(([, key = ""]) => key),
    ];
  });
  expect(read).toEqual(expect.arrayContaining(["mode", "safety_filter"]));
  expect([...new Set(read)].filter((key) => !requestKeys.includes(key))).toEqual([]);
});
