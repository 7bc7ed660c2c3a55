import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { endOfLine, isAnswered } from "../../../src/domain/record/line-end.js";

const lines: readonly [JsonObject, ReturnType<typeof endOfLine>][] = [
  [{ response: null, status: "completed" }, "completed"],
  [{ response: null, status: "failed" }, "failed"],
  [{ response: "an answer" }, "completed"],
  [{ response: ["a", "b"] }, "completed"],
  [{ response: "an answer", status: "a user's own" }, "completed"],
  [{ response: "KeyError - 'model_name'" }, "failed"],
  [{ prompt: "an input" }, undefined],
];
test.each(lines)("the end of %j is %s", (line, end) => {
  expect(endOfLine(line)).toBe(end);
  expect(isAnswered(line)).toBe(end === "completed");
});
