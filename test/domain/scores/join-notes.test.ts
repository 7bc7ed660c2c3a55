import { expect, test } from "vitest";
import { joinNotes } from "../../../src/domain/scores/join-notes.js";

test("pairs of the same prompts need no note", () => {
  expect(joinNotes({ joinedBy: "id and model", pairs: 40, differentPrompts: 0 })).toEqual([]);
});

test("pairs with different prompts are counted", () => {
  expect(joinNotes({ joinedBy: "id", pairs: 4_000, differentPrompts: 3_000 })).toEqual([
    "Prompts differ in 3,000 of 4,000 pairs.",
  ]);
});

test("a join by position is a warning", () => {
  const notes = joinNotes({ joinedBy: "position", pairs: 1, differentPrompts: 1 });
  expect(notes).toEqual([
    expect.stringMatching(/^Warning: neither ids nor prompts identify the records/),
    "Prompts differ in 1 of 1 pair.",
  ]);
});
