import { expect, test } from "vitest";
import { isPromptoError } from "../../../src/domain/record/is-prompto-error.js";

const sentence = "An unexpected error occurred when querying the API: ";

test.each([
  "KeyError - 'model_name'",
  "NotImplementedError - API foo not recognised or implemented",
  `${sentence}(TimeoutError - ) after maximum 5 attempts`,
  // As older versions wrote it.
  `${sentence}NotFoundError - Error code: 404`,
  `${sentence}openai.APIError - \n`,
])("prompto wrote %j for an error", (response) => {
  expect(isPromptoError(response)).toBe(true);
});

test.each([
  "an answer",
  null,
  ["KeyError - 'model_name'"],
  `${sentence}it was down`,
  // prompto tries these again, so none of them is ever a response of its own.
  "SyntaxError - you left a bracket open",
  "A KeyError - like this - is raised",
])("%j is an answer", (response) => {
  expect(isPromptoError(response)).toBe(false);
});
