import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import {
  checkRecord,
  loadProvider,
  providerNames,
  secretVariables,
} from "../../../src/providers/registry/registry.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

describe("the registry of APIs", () => {
  it("finds each of its APIs by name, and knows their secrets", async () => {
    for (const name of providerNames) {
      const provider = await loadProvider(name);
      expect(provider.name).toBe(name);
      expect(secretVariables).toEqual(expect.arrayContaining([...provider.secretVariables]));
    }
    expect(secretVariables).toContain("OPENAI_API_KEY");
  });

  it("gives one adapter a process, which keeps its connections", async () => {
    expect(await loadProvider("openai")).toBe(await loadProvider("openai"));
  });

  it("has a record checked by its API", () => {
    const record = { api: "openai", prompt: "Hi", model_name: "gpt-4o" };
    expect(checkRecord(record)).toEqual([]);
    expect(checkRecord({ ...record, mode: "foo" })).toHaveLength(1);
  });

  it.each([
    ["opnai", 'Expected `api` to be a known API, got "opnai". Did you mean "openai"?'],
    [
      "something-else",
      'Expected `api` to be a known API, got "something-else". Known: "test", "openai"',
    ],
    ["toString", 'Known: "test"'],
  ])("says what is wrong with the API %s", async (api, message) => {
    expect(checkRecord({ api, prompt: "Hi" })).toEqual([expect.stringContaining(message)]);
    const loading = loadProvider(api);
    await expect(loading).rejects.toThrow(UserError);
    await expect(loading).rejects.toThrow(message);
  });

  it("needs no package of a vendor to check a record", async () => {
    const folder = temporaryFolder();
    const sources = fileURLToPath(new URL("../../../src/", import.meta.url));
    await cp(join(sources, "domain"), join(folder, "domain"), { recursive: true });
    await cp(join(sources, "providers"), join(folder, "providers"), { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const load = (file: string): Promise<unknown> =>
      promisify(execFile)(process.execPath, [
        "--import",
        import.meta.resolve("tsx"),
        join(folder, "providers", file),
      ]);
    await load("registry/registry.ts");
    await expect(load("openai-protocol/client.ts")).rejects.toThrow("Cannot find package 'openai'");
  });
});
