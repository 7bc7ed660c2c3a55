import { expect, test } from "vitest";
import { toExperimentSettings } from "../../../src/client/start/check-experiment.js";
import { areSameSettings } from "../../../src/client/start/finished-before.js";
import type { ExperimentSettings } from "../../../src/domain/experiment/experiment.js";
import { completeRunSettings } from "../../../src/settings/resolve-settings.js";
import type { RunSettings } from "../../../src/settings/settings.js";

function settingsOf(given: Partial<RunSettings>): ExperimentSettings {
  return toExperimentSettings(completeRunSettings({ file: "pilot.jsonl", ...given }), "pilot");
}

test.each<[string, Partial<RunSettings>]>([
  ["changed prices", { prices: { openai: { "gpt-4o": { input: 1, output: 2 } } } }],
  ["a changed maximum cost", { maxCost: 3 }],
  ["a changed rate", { requestsPerMinute: 77 }],
])("a finished run with %s sends nothing again", (_, given) => {
  const settings = settingsOf({});
  expect(areSameSettings({ settings }, settingsOf(given))).toBe(true);
  expect(areSameSettings({ settings: settingsOf(given) }, settings)).toBe(true);
});

test.each<[string, Partial<RunSettings>]>([
  ["a changed number of attempts", { maxAttempts: 9 }],
  ["a changed timeout", { timeoutMs: 1_234 }],
  ["a changed treatment of invalid lines", { skipInvalid: true }],
])("a finished run with %s is another run", (_, given) => {
  expect(areSameSettings({ settings: settingsOf({}) }, settingsOf(given))).toBe(false);
});
