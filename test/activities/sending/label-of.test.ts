import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelOf } from "../../../activities/sending/label-of.js";
import { defined } from "../../../src/domain/defined.js";
import type { Prompt } from "../../../src/domain/record/prompt-record.js";

const anyPrompt: fc.Arbitrary<Prompt> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.array(fc.string({ maxLength: 300 })),
  fc.array(fc.record({ role: fc.constant("user"), content: fc.string({ maxLength: 300 }) })),
);

describe("a label", () => {
  test.each<{ what: string; id?: string | number | null; prompt: Prompt; label: string }>([
    { what: "id and prompt", id: "q-7", prompt: "Why?", label: "q-7 Why?" },
    { what: "a number as id", id: 7, prompt: "Why?", label: "7 Why?" },
    { what: "no id", prompt: "Why?", label: "Why?" },
    { what: "an id of null", id: null, prompt: "Why?", label: "Why?" },
    { what: "one line of many", id: 7, prompt: "  a\n\n b\tc ", label: "7 a b c" },
    { what: "the first message of a chat", id: 7, prompt: ["One", "Two"], label: "7 One" },
    {
      what: "the first content of a history",
      id: 7,
      prompt: [
        { role: "system", content: "Be brief" },
        { role: "user", content: "Why?" },
      ],
      label: "7 Be brief",
    },
    { what: "an empty chat", id: 7, prompt: [], label: "7" },
  ])("shows $what", ({ id, prompt, label }) => {
    const record = { api: "test", prompt, ...defined({ id }) };
    expect(labelOf(record, true)).toBe(label);
  });

  test("shows no word of what a judge is asked, since it quotes an answer", () => {
    const record = { api: "test", id: "judge-a", prompt: "Paris is it", "input-response": "Paris" };
    expect(labelOf(record, true)).toBe("judge-a");
  });

  test("shows no word of the prompt where previews are off", () => {
    fc.assert(
      fc.property(anyPrompt, (prompt) => {
        expect(labelOf({ api: "test", id: "q-7", prompt }, false)).toBe("q-7");
        expect(labelOf({ api: "test", prompt }, false)).toBe("");
      }),
    );
  });

  test("stays within 180 bytes and cuts no character in two, whatever the prompt and the id", () => {
    const anyId = fc.oneof(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer());
    fc.assert(
      fc.property(anyId, anyPrompt, (id, prompt) => {
        for (const preview of [true, false]) {
          const label = labelOf({ api: "test", id, prompt }, preview);
          expect(Buffer.byteLength(label)).toBeLessThanOrEqual(180);
          // Half a character would be encoded as U+FFFD, which a prompt may also hold itself.
          expect(Buffer.from(label).toString()).toBe(label);
        }
      }),
    );
  });

  test("cuts no character in two behind white space that takes no place", () => {
    const label = labelOf({ api: "test", id: 1, prompt: `${" ".repeat(179)}😀` }, true);
    expect(label).toBe("1 😀");
  });

  test("shows where it was cut", () => {
    const label = labelOf({ api: "test", id: 1, prompt: "ü".repeat(500) }, true);
    expect(label).toMatch(/^1 ü+…$/u);
    expect(Buffer.byteLength(label)).toBeGreaterThan(170);
  });
});
