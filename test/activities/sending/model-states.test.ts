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

test("a prompt that is repeated under a wrong name blocks the model after ten calls", () => {
  const models = new ModelStates();
  const unclear = { prompt: "Hi", failure: { type: "NotFound", status: 404, message: "None." } };
  const note = (prompt = "Hi") => models.noteUnclear("openai/a", { ...unclear, prompt });
  for (let call = 1; call <= 9; call += 1) expect(note()).toBeUndefined();
  expect(note()?.message).toMatch(/^10 calls in a row for openai\/a got 404\. Check the name/);
  // An answer, and a resume after the block, begin anew.
  for (let call = 1; call <= 9; call += 1) expect(note()).toBeUndefined();
  models.noteAnswer("openai/a");
  expect(note()).toBeUndefined();
  expect(note("Ho")).toBeUndefined();
  expect(note("Hu")?.message).toMatch(/^3 different prompts in a row/);
});
