import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { endOfLine, isAnswered } from "../../../src/domain/record/line-end.js";

const promptosLast =
  "An unexpected error occurred when querying the API: (TimeoutError - ) after maximum 5 attempts";

const older = "An unexpected error occurred when querying the API: ";

const lines: readonly [JsonObject, ReturnType<typeof endOfLine>][] = [
  [{ response: null, status: "completed" }, "completed"],
  [{ response: null, status: "failed" }, "failed"],
  [{ response: "an answer" }, "completed"],
  [{ response: ["a", "b"] }, "completed"],
  [{ response: "an answer", status: "a user's own" }, "completed"],
  [{ response: "KeyError - 'model_name'" }, "failed"],
  [{ response: "NotImplementedError - API foo not recognised or implemented" }, "failed"],
  [{ response: promptosLast }, "failed"],
  [{ response: `${older}NotFoundError - Error code: 404` }, "failed"],
  [{ response: `${older}openai.APIError - \n` }, "failed"],
  [{ response: `${older}it was down` }, "completed"],
  // prompto tries these again, so none of them is ever a response of its own.
  [{ response: "SyntaxError - you left a bracket open" }, "completed"],
  [{ response: "A KeyError - like this - is raised" }, "completed"],
  [{ prompt: "an input" }, undefined],
];
test.each(lines)("the end of %j is %s", (line, end) => {
  expect(endOfLine(line)).toBe(end);
  expect(isAnswered(line)).toBe(end === "completed");
});
