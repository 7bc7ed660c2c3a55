import { expect, test } from "vitest";
import { asSentence, cutWords } from "../../../src/domain/failure/api-words.js";

test.each([
  ["No answer", 200, "No answer"],
  ["The model is gone.", 18, "The model is gone."],
  ["The model is gone.", 17, "The model is…"],
  // The room ends behind a word.
  ["The model is gone.", 13, "The model is…"],
  ["The model\nis gone.", 12, "The model…"],
  ["x".repeat(201), 200, `${"x".repeat(199)}…`],
  // Most of the room would be lost at the only blank.
  [`See ${"x".repeat(20)}`, 12, `See ${"x".repeat(7)}…`],
  // Half of an emoji is no character.
  ["xxx👩x", 5, "xxx…"],
])("%j has %d characters at most: %j", (text, length, expected) => {
  const cut = cutWords(text, length);
  expect(cut).toBe(expected);
  expect(cut.length).toBeLessThanOrEqual(length);
});

test.each([
  ["Incorrect API key: [redacted]", "Incorrect API key: [redacted]."],
  ["No quota! ", "No quota!"],
  ["The model is…", "The model is…"],
])("%j ends as %j", (text, expected) => {
  expect(asSentence(text)).toBe(expected);
});
