import { afterEach, expect, test, vi } from "vitest";
import { ModelStates } from "../../../activities/sending/model-states.js";

const reason = "No credit left.";
const failure = { type: "Quota", message: reason };

afterEach(() => {
  vi.useRealTimers();
});

test("a refusal belongs to its model and ends with the next resume", () => {
  const models = new ModelStates();
  models.refuse("openai/a", { failure, reason, resumes: 1 });
  expect(models.refusal("openai/a", 1)).toEqual(failure);
  expect(models.reason("openai/a", 1)).toBe(reason);
  expect(models.refusal("openai/b", 1)).toBeUndefined();
  expect(models.refusal("openai/a", 2)).toBeUndefined();
});

test("a refusal with an end ends by itself, and another may follow", () => {
  vi.useFakeTimers({ now: 1_000 });
  const models = new ModelStates();
  models.refuse("openai/a", { failure, reason, resumes: 0, untilMs: 5_000 });
  vi.setSystemTime(4_999);
  expect(models.refusal("openai/a", 0)).toEqual(failure);
  vi.setSystemTime(5_000);
  expect(models.refusal("openai/a", 0)).toBeUndefined();
  models.refuse("openai/a", { failure, reason, resumes: 0, untilMs: 9_000 });
  expect(models.refusal("openai/a", 0)).toEqual(failure);
});

test("the latest refusal counts: one from before a resume takes nothing back", () => {
  const models = new ModelStates();
  const noQuota = { type: "Quota", message: "no quota" };
  models.refuse("openai/a", { failure, reason, resumes: 1 });
  models.refuse("openai/a", { failure: noQuota, reason, resumes: 0 });
  expect(models.refusal("openai/a", 1)).toBe(failure);
  models.refuse("openai/a", { failure: noQuota, reason, resumes: 2 });
  expect(models.refusal("openai/a", 2)).toBe(noQuota);
});

test("a prompt that is repeated under a wrong name blocks the model after ten calls", () => {
  const models = new ModelStates();
  const unclear = { prompt: "Hi", failure: { type: "NotFound", status: 404, message: "None." } };
  const note = (prompt = "Hi") => models.noteUnclear("openai/a", { ...unclear, prompt });
  for (let call = 1; call <= 9; call += 1) expect(note()).toBeUndefined();
  expect(note()?.message).toMatch(
    /^10 calls in a row for openai\/a got 404: None\. Check the name/,
  );
  // An answer, and a resume after the block, begin anew.
  for (let call = 1; call <= 9; call += 1) expect(note()).toBeUndefined();
  models.noteAnswer("openai/a");
  expect(note()).toBeUndefined();
  expect(note("Ho")).toBeUndefined();
  expect(note("Hu")?.message).toMatch(/^3 different prompts in a row/);
});

test("a refusal has the API's words and the whole advice, however much the API says", () => {
  const models = new ModelStates();
  const message = `The model does not exist${" and more".repeat(100)}`;
  const unclear = {
    failure: { type: "NotFound", status: 404, message },
    host: "localhost:11434",
  };
  const [, , refusal] = ["a", "b", "c"].map((prompt) =>
    models.noteUnclear("ollama/llama3.2", { ...unclear, prompt }),
  );
  const [, words = ""] =
    /^3 different .*? from localhost:11434: (.*?…) (.*)$/.exec(refusal?.message ?? "") ?? [];
  expect(words).toMatch(/^The model does not exist and more.* (and|more)…$/);
  expect(words.length).toBeLessThanOrEqual(200);
  expect(refusal?.message).toMatch(
    /… Check the name and the address\. If the name is wrong, drop the model, and run the corrected input later\.$/,
  );
});
