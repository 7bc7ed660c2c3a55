import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../root.mjs";

export const dist = join(root, "dist");

/**
 * The classes that a user's own API or executor imports from `ostinato` and throws.
 * They stay outside the bundles, because `instanceof` needs one class for both.
 */
const shared = [
  "src/domain/failure/user-error.js",
  "src/executors/lines/executor.js",
  "src/local-server/server/server-unavailable-error.js",
  "src/providers/provider.js",
].map((file) => join(dist, file));

/**
 * Options of esbuild for a bundle of our compiled modules. Each module keeps its URL, so that its
 * code still finds the files beside it. The banner of the bundle must define `__bundleUrl`, the URL
 * of the bundle's file.
 */
export function ownModules(folder) {
  return {
    bundle: true,
    platform: "node",
    target: "node20",
    define: { "import.meta.url": "__ownUrl" },
    plugins: [outside(folder), usedPartsOfZod, ownPlaces(folder)],
    absWorkingDir: root,
    logLevel: "warning",
  };
}

const outside = (folder) => ({
  name: "outside",
  setup: (build) => {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      return shared.includes(file) ? { path: between(folder, file), external: true } : undefined;
    });
  },
});

/**
 * The parts of zod that we use are in the bundles. Otherwise Node.js would load 95 files, with zod's
 * messages in 50 languages. User code has a zod of its own: the two never exchange a schema.
 */
const usedPartsOfZod = {
  name: "used-parts-of-zod",
  setup: (build) => {
    const path = fileURLToPath(import.meta.resolve("zod"));
    build.onResolve({ filter: /^zod$/ }, () => ({ path, sideEffects: false }));
  },
};

const ownPlaces = (folder) => ({
  name: "own-places",
  setup: (build) => {
    build.onLoad({ filter: /\.js$/, namespace: "file" }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const ownPath = JSON.stringify(between(folder, path));
      const place = `var __ownUrl = new URL(${ownPath}, __bundleUrl).href;`;
      return {
        contents: text.includes("import.meta.url") ? `${place}${text}` : text,
        loader: "js",
      };
    });
  },
});

function between(folder, file) {
  return relative(folder, file).replaceAll("\\", "/");
}
