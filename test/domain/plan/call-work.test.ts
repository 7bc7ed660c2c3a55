import { expect, test } from "vitest";
import { addWork, workOf } from "../../../src/domain/plan/call-work.js";
import { judgeWorkOf } from "../../../src/domain/plan/judge-work.js";

test("a chat sends its earlier turns and answers again with each turn", () => {
  // Calls of 10, 10 + 20 and 10 + 20 + 30 tokens, the second with one answer and the third with
  // two.
  expect(workOf({ turns: [10, 20, 30], messages: 1, longestAnswer: 50 })).toEqual({
    records: 1,
    calls: 3,
    promptTokens: 100,
    messages: 9,
    answersSentAgain: 3,
    limitedAnswers: 150,
    unlimitedCalls: 0,
    longestPrompt: 60,
    mostTurns: 3,
  });
});

test("the work of several records adds up, with the longest of each", () => {
  const short = workOf({ turns: [10], messages: 2 });
  const chat = workOf({ turns: [5, 5], messages: 1, longestAnswer: 100 });
  expect(addWork(short, chat)).toMatchObject({
    records: 2,
    calls: 3,
    promptTokens: 25,
    limitedAnswers: 200,
    unlimitedCalls: 1,
    longestPrompt: 10,
    mostTurns: 2,
  });
});

test("a judge sees each prompt and its answer once in each template", () => {
  const prompt = workOf({ turns: [100], messages: 1 });
  const work = addWork(prompt, prompt);
  const judged = judgeWorkOf({ work, outputTokens: 60, templates: [10, 30], longestAnswer: 5 });
  // (200 of prompts + 60 of answers) in two templates, which are filled in twice each.
  expect(judged).toMatchObject({
    records: 4,
    calls: 4,
    promptTokens: 520 + 80,
    limitedAnswers: 20,
  });
});
