import { existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join } from "node:path";
import { root } from "../root.mjs";
import { dist, ownModules } from "./own-modules.mjs";

const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Builds dist/cli-bundle/program.cjs from the compiled program of the CLI and all that it imports.
 * Modules that are loaded on demand are in the file too, and run on demand. It is CommonJS:
 * Node.js 20 loads each ES module in several asynchronous steps, and `ostinato run` would have 300 of
 * them with its packages. Most packages stay outside and are loaded with `require`.
 */
export async function buildCliBundle() {
  const folder = join(dist, "cli-bundle");
  rmSync(folder, { recursive: true, force: true });
  const { build } = await import("esbuild");
  const own = ownModules(folder);
  await build({
    ...own,
    entryPoints: [join(dist, "cli", "program.js")],
    outfile: join(folder, "program.cjs"),
    format: "cjs",
    plugins: [...own.plugins, requiredPackages],
    banner: { js: `const __bundleUrl = require("node:url").pathToFileURL(__filename).href;` },
  });
}

/**
 * Small packages that most commands load. They are in the file, because a command takes 0.1 s to
 * find and load their 60 files. A large one, or one of few commands, would delay all others.
 */
const inside = new Set([
  "async-mutex",
  "cli-table3",
  "commander",
  "log-update",
  "p-map",
  "picocolors",
  "string-width",
  "strip-json-comments",
]);

/**
 * Loads other packages with `require`. Of an ES module each export is named, because esbuild takes
 * all that `require` returns for the default export. Optional packages stay imported: a missing one
 * has the error that our code expects.
 */
const requiredPackages = {
  name: "required-packages",
  setup: (build) => {
    build.onResolve({ filter: /^[^.]/ }, ({ path, kind, importer }) => {
      const isOfPackage = /[/\\]node_modules[/\\]/.test(importer);
      if (kind === "entry-point" || inside.has(path)) return undefined;
      if (isOfPackage && !isBuiltin(path)) return undefined;
      if (isBuiltin(path) || kind === "require-call" || !isInstalledWithUs(path)) {
        return { path, external: true };
      }
      if (!isModule(path, importer)) return { path, namespace: "required" };
      return kind === "dynamic-import"
        ? { path, external: true }
        : { path, namespace: "required-module" };
    });
    build.onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
    build.onLoad({ filter: /.*/, namespace: "required-module" }, async ({ path }) => {
      const names = Object.keys(await import(path));
      const exported = names.map((name) =>
        name === "default" ? "export default all.default;" : `export const ${name} = all.${name};`,
      );
      return {
        contents: [`const all = require(${JSON.stringify(path)});`, ...exported].join("\n"),
      };
    });
  },
};

function isInstalledWithUs(specifier) {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/") in dependencies;
}

/** Whether `require` gets an ES module. */
function isModule(specifier, importer) {
  const file = createRequire(importer).resolve(specifier);
  if (extname(file) !== ".js") return extname(file) === ".mjs";
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).type === "module";
}
