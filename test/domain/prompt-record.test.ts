import { describe, expect, test } from "vitest";
import { isChat, type Prompt, targetOf, turnCount } from "../../src/domain/prompt-record.js";

const history = [{ role: "user", content: "Hello" }];

describe("a prompt", () => {
  test.each<[what: string, prompt: Prompt, chat: boolean, turns: number]>([
    ["one message", "Hello", false, 1],
    ["messages sent turn by turn", ["Hello", "And now?"], true, 2],
    ["a history sent in one call", history, false, 1],
    ["an empty chat", [], true, 0],
  ])("of %s", (_what, prompt, chat, turns) => {
    expect(isChat(prompt)).toBe(chat);
    expect(turnCount(prompt)).toBe(turns);
  });
});

describe("what is blocked and limited together", () => {
  test("is an API and its model", () => {
    expect(targetOf({ api: "openai", model_name: "gpt-4o" })).toBe("openai/gpt-4o");
  });

  test("is an API alone where a record names no model", () => {
    expect(targetOf({ api: "openai" })).toBe("openai");
  });
});
