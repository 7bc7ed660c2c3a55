import { describe, expect, it } from "vitest";
import { loadProvider, providerNames } from "../../../src/providers/registry/registry.js";
import { fixtureFolders, loadAdapters } from "./adapters.js";
import { describeContract } from "./describe-contract.js";

const adapters = await loadAdapters();

describe("the contract suite", () => {
  it("runs over every API but the stand-in", () => {
    const apis = providerNames.filter((name) => name !== "test");
    expect([...fixtureFolders].sort()).toEqual([...apis].sort());
  });

  it.each(adapters)("has the adapter $name under its own name", async ({ name, create }) => {
    expect(create().name).toBe(name);
    expect((await loadProvider(name)).name).toBe(name);
  });
});

for (const adapter of adapters) describeContract(adapter);
