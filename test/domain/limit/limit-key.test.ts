import { expect, test } from "vitest";
import {
  isKeyOfCalls,
  isKeyOfRows,
  keyInTable,
  keyOfApi,
  keyOfExperiment,
  keyOfGroup,
  keyOfRecord,
  keyOfRows,
  keyOfTarget,
  onlyTargetOf,
  sharedKey,
} from "../../../src/domain/limit/limit-key.js";
import type { NamedRates } from "../../../src/domain/rates/rates.js";

test("keys are those of docs/limits.md and docs/groups.md, because running experiments use them", () => {
  expect([
    keyOfApi("openai"),
    keyOfApi("openai", "gpt-4o"),
    keyOfTarget("openai/gpt-4o"),
    keyOfGroup("near"),
    keyOfExperiment("pilot"),
    keyOfRows("stories"),
  ]).toEqual([
    "api/openai",
    "api/openai/gpt-4o",
    "api/openai/gpt-4o",
    "group/near",
    "experiment/pilot",
    "rows/stories",
  ]);
});

test.each<[keys: string[], key: string]>([
  [[], "none"],
  [["api/a"], "api/a"],
  [["api/a", "group/b"], "several"],
])("records of the keys %j share %s", (keys, key) => {
  expect(sharedKey(new Set(keys), { none: "none", several: "several" })).toBe(key);
});

test.each([
  [{ api: "openai", model: undefined, group: "openai", isNamed: false }, "api/openai"],
  [{ api: "openai", model: "o1", group: "openai-o1", isNamed: false }, "api/openai/o1"],
  [{ api: "openai", model: "o1", group: "near-o1", isNamed: true }, "group/near-o1"],
])("the record %j alone in its group has the key %s", (record, key) => {
  expect(keyOfRecord(record)).toBe(key);
});

const fast = { requestsPerMinute: 500 };
const slow = { requestsPerMinute: 30 };
const table: readonly NamedRates[] = [
  { name: "openai", models: [{ model: "gpt-4o", rates: fast }] },
  { name: "mistral", rates: slow },
  { name: "gemini", models: [{ model: "default", rates: slow }] },
];
test.each([
  ["openai/gpt-4o", { key: "api/openai/gpt-4o", given: fast }],
  ["openai/o1", { key: "api/openai/o1" }],
  ["mistral/large", { key: "api/mistral", given: slow }],
  ["gemini/models/pro", { key: "api/gemini", given: slow }],
  ["ollama/llama", { key: "api/ollama/llama" }],
])("the rate table gives the calls of %s their limit", (target, found) => {
  expect(keyInTable(target, table)).toEqual(found);
});

test.each([
  ["api/openai/gpt-4o", "openai/gpt-4o"],
  ["api/vertexai/models/pro", "vertexai/models/pro"],
  ["api/openai", undefined],
  ["group/near", undefined],
  ["rows/openai/x", undefined],
])("the only target of %s is %s", (key, target) => {
  expect(onlyTargetOf(key)).toBe(target);
});

test.each([
  [keyOfApi("openai"), true, false],
  [keyOfTarget("openai/gpt-4o"), true, false],
  [keyOfGroup("near"), true, false],
  [keyOfExperiment("pilot"), true, false],
  [keyOfRows("stories"), false, true],
  ["api/", false, false],
  ["openai", false, false],
])("%s is a key of calls: %s, of rows: %s", (key, ofCalls, ofRows) => {
  expect([isKeyOfCalls(key), isKeyOfRows(key)]).toEqual([ofCalls, ofRows]);
});
