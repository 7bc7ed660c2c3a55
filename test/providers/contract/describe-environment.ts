import { expect, it } from "vitest";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import { modelVariable } from "../../../src/providers/access/environment.js";
import type { Environment } from "../../../src/domain/environment.js";
import type { AdapterUnderTest } from "./adapter-under-test.js";
import { canary, nowMs } from "./failure-rows.js";
import { callOf, failureOf, shown, start } from "./one-call.js";

/** The keys and addresses that an adapter finds. */
export function describeEnvironment(adapter: AdapterUnderTest): void {
  const variables = Object.keys(adapter.environment("", ""));

  it.each(adapter.requiredVariables)(
    "is blocked without %s and sends nothing",
    async (variable) => {
      const started = await start({ body: adapter.reply });
      const environment = { ...adapter.environment(started.origin, canary), [variable]: "" };
      const provider = adapter.create();
      const error = await failureOf(provider, callOf(adapter, started, { environment }));
      expect(classifyFailure(error.facts, nowMs)).toEqual({ class: "blocked", type: "MissingKey" });
      const own = modelVariable(variable, adapter.record.model_name);
      expect(error.message).toContain(variable);
      expect(error.message).toContain(own);
      expect(provider.missingVariables(adapter.record, environment)).toEqual([
        `${own} or ${variable}`,
      ]);
      expect(started.requests).toEqual([]);
    },
  );

  it("lacks nothing where its variables are set, and knows which of them are secret", () => {
    const environment = adapter.environment("http://127.0.0.1:9", canary);
    const { missingVariables, secretVariables } = adapter.create();
    expect(missingVariables(adapter.record, environment)).toEqual([]);
    const withKey = variables.filter((variable) => environment[variable]?.includes(canary));
    expect(secretVariables).toEqual(expect.arrayContaining(withKey));
  });

  it("takes each variable of a model before the general one", async () => {
    const started = await start({ body: adapter.reply });
    const own = adapter.environment(started.origin, canary);
    const environment: Record<string, string | undefined> = {
      ...adapter.environment("http://127.0.0.1:9", "sk-general-0123456789"),
    };
    for (const [name, value] of Object.entries(own)) {
      environment[modelVariable(name, adapter.record.model_name)] = value;
    }
    expect(await adapter.create().send(callOf(adapter, started, { environment }))).toEqual(
      adapter.answer,
    );
    expect(started.requests.map(({ headers }) => shown(headers)).join()).not.toContain(
      "sk-general",
    );
  });

  it("gives calls with different keys their own", async () => {
    const started = await start({ body: adapter.reply, delayMs: 20 });
    const provider = adapter.create();
    const keys = ["sk-first-0123456789", "sk-second-0123456789"];
    const environments: readonly Environment[] = keys.map((key) =>
      adapter.environment(started.origin, key),
    );
    const calls = [...environments, ...environments].map((environment) =>
      provider.send(callOf(adapter, started, { environment })),
    );
    await Promise.all(calls);
    if (adapter.create().secretVariables.length === 0) return;
    const seen = started.requests.map((request) =>
      keys.findIndex((key) => shown([request.headers, request.path]).includes(key)),
    );
    expect(seen.sort()).toEqual([0, 0, 1, 1]);
  });
}
