import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import { longestAnswerOf } from "../../../src/providers/tokens/longest-answer.js";
import { createAnthropicProvider } from "../../../src/providers/anthropic/create-provider.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { failureOf } from "../contract/one-call.js";

const provider = createAnthropicProvider();
const record: PromptRecord = {
  api: "anthropic",
  model_name: "claude-sonnet-4-5",
  prompt: "What is a canon?",
  parameters: { max_tokens: 64 },
};

describe("what anthropic checks before anything is sent", () => {
  it.each([
    [{ max_tokens: "64" }, 'got "64"'],
    [{ max_tokens: 0 }, "got 0"],
    [{ max_tokens: 6.4 }, "got 6.4"],
    [{ max_tokens: null }, "got null"],
  ])("asks for a whole max_tokens where parameters are %j", (parameters, got) => {
    const problems = provider.check({ ...record, parameters });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(
      `\`parameters.max_tokens\` to be a whole number of tokens, ${got}`,
    );
  });

  it("sends its default for a record without max_tokens", () => {
    expect(provider.check({ ...record, parameters: { temperature: 1 } })).toEqual([]);
    expect(provider.demandedParameters).toEqual({ max_tokens: 4096 });
    expect(longestAnswerOf(provider, { parameters: {} })).toBe(4096);
    expect(longestAnswerOf(provider, { parameters: { max_tokens: 64 } })).toBe(64);
  });

  it("takes no system message twice", () => {
    const prompt = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
    ];
    expect(provider.check({ ...record, prompt })).toEqual([]);
    const parameters = { max_tokens: 64, system: "Be long." };
    expect(provider.check({ ...record, prompt, parameters })).toEqual([
      "`parameters.system` is given, and the prompt begins with a system message: leave one out.",
    ]);
  });

  it.each([
    ["stream", true],
    ["model", "claude-9"],
    ["messages", []],
    ["extra_headers", {}],
  ])("refuses the parameter %s, which is not the user's to set", (name, value) => {
    const problems = provider.check({ ...record, parameters: { max_tokens: 64, [name]: value } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`parameters.${name}`);
  });

  it("needs a model", () => {
    expect(provider.check({ ...record, model_name: "" })).toEqual([
      'Expected `model_name` to be the name of a model, got "".',
    ]);
  });

  it("knows how large an image may be, and refuses a larger one before the call", async () => {
    const mediaFolder = temporaryFolder();
    await writeFile(join(mediaFolder, "large.png"), "");
    await truncate(join(mediaFolder, "large.png"), 4_000_000);
    const prompt = [{ role: "user", content: [{ type: "image", source: { media: "large.png" } }] }];
    expect(provider.media?.({ ...record, prompt })).toEqual([
      { path: "large.png", mostBytes: 3_932_160 },
    ]);
    const error = await failureOf(provider, {
      record: { ...record, prompt },
      environment: {
        ANTHROPIC_API_KEY: "sk-ant-0123456789",
        ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
      },
      turn: 0,
      answers: [],
      mediaFolder,
      attempt: 1,
      signal: new AbortController().signal,
    });
    expect(error.facts.kind).toBe("bad-prompt");
    expect(error.message).toContain('"large.png" to have at most 3.93 MB');
  });
});
