import { readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { root } from "./root.mjs";

const dist = join(root, "dist");
const folder = join(dist, "worker-bundle");

/**
 * The classes that a user's own API or executor imports from `ostinato` and throws in a worker.
 * They stay outside the bundle, because `instanceof` needs one class for both.
 */
const shared = [
  "src/domain/failure/user-error.js",
  "src/executors/lines/executor.js",
  "src/local-server/server/server-unavailable-error.js",
  "src/providers/provider.js",
].map((file) => join(dist, file));

/** Definitions at the start of each output, for the plugins below. */
const outputStart = `
import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url);
const __bundleUrl = import.meta.url;
`.trim();

/**
 * Builds dist/worker-bundle/main.js, the worker in a few files: Node.js loads the compiled ones in
 * 0.3 s more of processor time. Packages stay outside, as user code may import them too.
 */
export async function buildWorkerBundle() {
  const { build } = await import("esbuild");
  const { metafile } = await build({
    entryPoints: { main: join(dist, "worker", "main.js") },
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [outside, requiredPackages, ownPlaces],
    define: { "import.meta.url": "__ownUrl" },
    banner: { js: outputStart },
    metafile: true,
    absWorkingDir: root,
    logLevel: "warning",
  });
  const built = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const name of readdirSync(folder)) if (!built.has(name)) rmSync(join(folder, name));
}

const outside = {
  name: "outside",
  setup: (build) => {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      return shared.includes(file) ? { path: fromBundle(file), external: true } : undefined;
    });
  },
};

/**
 * Temporal's packages are CommonJS. For an import, Node.js reads their files a second time to find
 * their exports, which takes 0.1 s.
 */
const requiredPackages = {
  name: "required-packages",
  setup: (build) => {
    build.onResolve({ filter: /^@temporalio\// }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "required" } : { path, external: true },
    );
    build.onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** Keeps the URL of each file, so that code still finds the files beside it. */
const ownPlaces = {
  name: "own-places",
  setup: (build) => {
    build.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const place = `var __ownUrl = new URL(${JSON.stringify(fromBundle(path))}, __bundleUrl).href;`;
      return {
        contents: text.includes("import.meta.url") ? `${place}${text}` : text,
        loader: "js",
      };
    });
  },
};

function fromBundle(file) {
  return relative(folder, file).replaceAll("\\", "/");
}
