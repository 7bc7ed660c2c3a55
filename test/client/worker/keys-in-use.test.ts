import { expect, it } from "vitest";
import { otherKeysOf } from "../../../src/client/worker/keys-in-use.js";

const own = { experiment: "one", key: "api/openai/gpt-4o", targets: ["openai/gpt-4o"] };
const several = { experiment: "two", key: "experiment/two", targets: ["openai/gpt-4o", "test/m"] };
const other = { experiment: "three", key: "api/test/m", targets: ["test/m"] };
const inUse = [own, several, other];

it.each([
  ["another key of the same API and model", "api/openai/gpt-4o", [several]],
  ["all keys of an API that is capped by itself", "api/openai", [own, several]],
  ["none where nobody uses that API", "api/ollama", []],
  ["none of an API whose name only begins alike", "api/open", []],
  ["none for a key that isn't of an API", "experiment/two", []],
])("tells %s", (_, key, expected) => {
  expect(otherKeysOf(key, inUse)).toEqual(expected);
});
