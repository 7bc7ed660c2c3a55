import { expect, test } from "vitest";
import { accessPerModel } from "../../../src/providers/access/access-per-model.js";

test("an access is found once for each model and each environment", () => {
  const found: string[] = [];
  const accessOf = accessPerModel((record, environment) => {
    found.push(`${record.model_name ?? "no model"} ${environment["KEY"] ?? "no key"}`);
    return { key: environment["KEY"], model: record.model_name };
  });
  const environment = { KEY: "one" };
  const ask = (model: string, given = environment): unknown =>
    accessOf({ api: "openai", prompt: "Hello", model_name: model }, given);
  expect(ask("a")).toEqual({ key: "one", model: "a" });
  expect(ask("a")).toBe(ask("a"));
  expect(ask("b")).toEqual({ key: "one", model: "b" });
  // The environment file was read again, with another key.
  expect(ask("a", { KEY: "two" })).toEqual({ key: "two", model: "a" });
  expect(found).toEqual(["a one", "b one", "a two"]);
});

test("an error is not kept", () => {
  let hasKey = false;
  const accessOf = accessPerModel(() => {
    if (!hasKey) throw new Error("missing");
    return "access";
  });
  const environment = {};
  const ask = (): string => accessOf({ api: "openai", prompt: "Hello" }, environment);
  expect(ask).toThrow("missing");
  hasKey = true;
  expect(ask()).toBe("access");
});
