import { expect, test } from "vitest";
import { saysUnknownModel } from "../../../src/domain/failure/unknown-model.js";

test.each<readonly [string, string | undefined, boolean]>([
  ["Invalid model: mistral-smal", undefined, true],
  ["Model Not Exist", undefined, true],
  ["openai/gpt-4oo is not a valid model ID", undefined, true],
  ["The model `gpt-4oo` does not exist or you do not have access to it.", undefined, true],
  ["Not available", "model_not_found", true],
  ["This model does not support images", undefined, false],
  ["Invalid model output format", undefined, false],
  ["The temperature is too high", "bad_temperature", false],
])("%s (%s): %s", (message, code, expected) => {
  expect(saysUnknownModel(message, code)).toBe(expected);
});
