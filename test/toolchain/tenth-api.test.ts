import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Another vendor's adapter and fixtures: those of a server that we have, under names of their own.
 */
async function asTenth(path: string): Promise<string> {
  const text = await readFile(join(repository, path), "utf8");
  return text
    .replaceAll("openai-compatible", "tenth")
    .replaceAll("OPENAI_COMPATIBLE", "TENTH")
    .replaceAll("OpenAiCompatible", "Tenth");
}

test("another API is one room, one row and one fixture folder", async () => {
  const folder = temporaryFolder();
  const sources = ["src", "bench/lib", "test/helpers", "test/providers/contract"];
  for (const path of [...sources, "tsconfig.base.json", "vitest.config.ts", "package.json"]) {
    await cp(join(repository, path), join(folder, path), { recursive: true });
  }
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));

  const added = {
    "src/providers/tenth/create-provider.ts": await asTenth(
      "src/providers/openai-compatible/create-provider.ts",
    ),
    "test/providers/contract/tenth/adapter.ts": await asTenth(
      "test/providers/contract/openai-compatible/adapter.ts",
    ),
  };
  for (const [path, code] of Object.entries(added)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), code);
  }
  const registry = join(folder, "src/providers/registry/registry.ts");
  const rows = await readFile(registry, "utf8");
  await writeFile(
    registry,
    `import { createTenthProvider } from "../tenth/create-provider.js";\n` +
      rows.replace(
        "  createTestProvider(),\n",
        "  createTestProvider(),\n  createTenthProvider(),\n",
      ),
  );

  const vitest = join(repository, "node_modules/vitest/vitest.mjs");
  const suite = ["run", "test/providers/contract/contract.test.ts", "--reporter=json"];
  const only = ["-t", "tenth keeps|the contract suite"];
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, ...suite, ...only], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
  const { numPassedTests, numFailedTests } = JSON.parse(stdout) as Record<string, number>;
  expect(numFailedTests).toBe(0);
  expect(numPassedTests).toBeGreaterThan(70);
});
