import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/domain/json/json.js";
import { smallestValue } from "../../src/schemas/smallest-value.js";

test.each<readonly [JsonObject, JsonValue | undefined]>([
  [{ type: "object", properties: { a: { type: "integer" } } }, {}],
  [
    {
      type: "object",
      properties: {
        score: { type: "integer", minimum: 1, maximum: 5 },
        label: { enum: ["good", "bad"] },
        tags: { type: "array", items: { type: "string", minLength: 2 }, minItems: 1 },
        note: { anyOf: [{ type: "null" }, { type: "string" }] },
        by: { $ref: "#/$defs/name" },
      },
      required: ["score", "label", "tags", "note", "by"],
      additionalProperties: false,
      $defs: { name: { const: "me" } },
    },
    { score: 1, label: "good", tags: ["xx"], note: null, by: "me" },
  ],
  [{ type: "string", pattern: "^[A-Z]+$" }, undefined],
])("the smallest value of %j is %j", (schema, value) => {
  expect(smallestValue(schema)).toEqual(value);
});
