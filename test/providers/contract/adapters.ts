import { readdirSync } from "node:fs";
import type { AdapterUnderTest } from "./adapter-under-test.js";

/** The APIs that have a fixture folder here. */
export const fixtureFolders: readonly string[] = readdirSync(import.meta.dirname, {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Loads each folder's `adapter.ts`. */
export async function loadAdapters(): Promise<readonly AdapterUnderTest[]> {
  return Promise.all(
    fixtureFolders.map(async (folder) => {
      // By agreement each of these files exports its `adapter`; without it the suite fails at once.
      const module = (await import(`./${folder}/adapter.ts`)) as { adapter: AdapterUnderTest };
      return module.adapter;
    }),
  );
}
