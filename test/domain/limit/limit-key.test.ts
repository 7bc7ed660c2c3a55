import { expect, test } from "vitest";
import {
  keyOfApi,
  keyOfExperiment,
  keyOfGroup,
  keyOfRows,
  keyOfTarget,
  sharedKey,
} from "../../../src/domain/limit/limit-key.js";

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
