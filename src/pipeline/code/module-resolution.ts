/** Resolves the imports of a user's module when it is bundled. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Loader, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { isOfNativePackage } from "./native-packages.js";

/** Names that stand for a file's own place. A bundle is in another place, so they need values. */
export const placeNames = {
  "import.meta.url": "__ostinatoUrl",
  "import.meta.filename": "__ostinatoFile",
  "import.meta.dirname": "__ostinatoFolder",
  __filename: "__ostinatoFile",
  __dirname: "__ostinatoFolder",
};

const mentionsPlace = /import\.meta|__filename|__dirname/;

/** Gives each file its own URL and folder, so that code still finds data files beside it. */
export const ownPlaces: Plugin = {
  name: "own-places",
  setup: (build) => {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const loader = loaderOf(path);
      if (!mentionsPlace.test(text)) return { contents: text, loader };
      const places = [
        ["__ostinatoUrl", pathToFileURL(path).href],
        ["__ostinatoFile", path],
        ["__ostinatoFolder", dirname(path)],
      ].map(([name = "", value]) => `${name}=${JSON.stringify(value)}`);
      // The values are added to the first line, so that no line number of the user's file changes.
      return { contents: `var ${places.join(",")};${text.replace(/^#!.*/, "")}`, loader };
    });
  },
};

function loaderOf(path: string): Loader {
  const extension = extname(path).replace(/^\.[cm]?/, "");
  return extension === "ts" || extension === "tsx" || extension === "jsx" ? extension : "js";
}

const isResolving = { isResolving: true };

/**
 * Resolves packages. Packages with a native add-on stay outside of the bundle, with their absolute
 * path. `ostinato` is a builder of this package. Dependencies of this package replace packages that
 * the module's folder lacks.
 *
 * @param builder path of the builder
 */
export const outsidePackages = (builder = pipelineBuilder()): Plugin => ({
  name: "outside-packages",
  setup: (build) => {
    build.onResolve({ filter: /^ostinato$/ }, () => ({ path: builder }));
    build.onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      external: true,
    }));
    build.onResolve({ filter: /^[^./]/ }, async (args) => resolvePackage(build, args));
  },
});

async function resolvePackage(
  build: PluginBuild,
  { path, kind, resolveDir, pluginData }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (pluginData === isResolving || kind === "entry-point" || path.startsWith("node:"))
    return undefined;
  const find = async (folder: string) =>
    build.resolve(path, { kind, resolveDir: folder, pluginData: isResolving });
  const own = await find(resolveDir);
  const found = own.errors.length === 0 ? own : await find(dirname(fileURLToPath(import.meta.url)));
  // If nobody resolves the import, esbuild reports it with its line.
  if (found.errors.length > 0) return undefined;
  if (found.external || !isOfNativePackage(found.path))
    return { path: found.path, external: found.external, namespace: found.namespace };
  const isRequire = kind === "require-call" || kind === "require-resolve";
  return { path: isRequire ? found.path : pathToFileURL(found.path).href, external: true };
}

/** Returns the path of the pipelines' builder in the built package or in its sources. */
function pipelineBuilder(): string {
  const built = fileURLToPath(new URL("../builder/index.js", import.meta.url));
  return existsSync(built) ? built : built.replace(/\.js$/, ".ts");
}
