import { describe, expect, test } from "vitest";
import { isChat, targetOf, turnCount } from "../../../src/domain/record/prompt-record.js";
import type { Prompt } from "../../../src/domain/record/prompt-record.js";

const history = [{ role: "user", content: "Hello" }];

describe("a prompt", () => {
  test.each<{ what: string; prompt: Prompt; chat: boolean; turns: number }>([
    { what: "one message", prompt: "Hello", chat: false, turns: 1 },
    { what: "messages sent turn by turn", prompt: ["Hello", "And now?"], chat: true, turns: 2 },
    { what: "a history sent in one call", prompt: history, chat: false, turns: 1 },
    { what: "an empty chat", prompt: [], chat: true, turns: 0 },
  ])("of $what", ({ prompt, chat, turns }) => {
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
