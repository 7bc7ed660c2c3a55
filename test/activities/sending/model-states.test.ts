import { afterEach, expect, test, vi } from "vitest";
import { ModelStates } from "../../../activities/sending/model-states.js";

const failure = { type: "Quota", message: "No credit left." };

afterEach(() => {
  vi.useRealTimers();
});

test("a refusal belongs to its model and ends with the next resume", () => {
  const models = new ModelStates();
  models.refuse("openai/a", { failure, resumes: 1 });
  expect(models.refusal("openai/a", 1)).toEqual(failure);
  expect(models.refusal("openai/b", 1)).toBeUndefined();
  expect(models.refusal("openai/a", 2)).toBeUndefined();
});

test("a refusal with an end ends by itself, and another may follow", () => {
  vi.useFakeTimers({ now: 1_000 });
  const models = new ModelStates();
  models.refuse("openai/a", { failure, resumes: 0, untilMs: 5_000 });
  vi.setSystemTime(4_999);
  expect(models.refusal("openai/a", 0)).toEqual(failure);
  vi.setSystemTime(5_000);
  expect(models.refusal("openai/a", 0)).toBeUndefined();
  models.refuse("openai/a", { failure, resumes: 0, untilMs: 9_000 });
  expect(models.refusal("openai/a", 0)).toEqual(failure);
});

test("the latest refusal counts: one from before a resume takes nothing back", () => {
  const models = new ModelStates();
  const noQuota = { type: "Quota", message: "no quota" };
  models.refuse("openai/a", { failure, resumes: 1 });
  models.refuse("openai/a", { failure: noQuota, resumes: 0 });
  expect(models.refusal("openai/a", 1)).toBe(failure);
  models.refuse("openai/a", { failure: noQuota, resumes: 2 });
  expect(models.refusal("openai/a", 2)).toBe(noQuota);
});
