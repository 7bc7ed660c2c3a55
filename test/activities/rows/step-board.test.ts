import { expect, test } from "vitest";
import { StepBoard } from "../../../activities/rows/step-board.js";

test("a board tells what each row of a slice waits for", () => {
  const board = new StepBoard(() => Promise.resolve());
  const first = board.begin("ask", { position: 3, target: "openai/a" });
  board.begin("judge", { position: 3, target: "openai/b" });
  board.begin("ask", { position: 9, target: "openai/a" });
  const isOwn = (position: number): boolean => position < 5;
  expect(board.rowsAt(isOwn)).toEqual({
    "row 3": "ask: waits for a slot of openai/a; judge: waits for a slot of openai/b",
  });
  first.sent();
  expect(board.rowsAt(isOwn)).toEqual({
    "row 3": "ask: asks openai/a; judge: waits for a slot of openai/b",
  });
  first.end();
  expect(board.rowsAt(isOwn)).toEqual({ "row 3": "judge: waits for a slot of openai/b" });
});
