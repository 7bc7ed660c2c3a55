import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, BuildOptions, Message } from "esbuild";
import { UserError } from "../../domain/failure/user-error.js";
import { outsidePackages, ownPlaces, placeNames } from "./module-resolution.js";

/** A user's module in one file, with all of its imports except for native add-ons. */
export interface Bundle {
  /** Absolute path of the user's file. */
  readonly module: string;
  /**
   * Code of an ES module. Its source map is inline, so stacks name the user's own files and lines.
   */
  readonly code: string;
  /** Hash of the code without its source map. */
  readonly sha256: string;
}

/**
 * Bundles a TypeScript or JavaScript module. Throws a `UserError` with file and line.
 *
 * @param builder path of the module that is imported as `ostinato`. @default the builder of
 *   pipelines
 */
export async function bundleModule(path: string, builder?: string): Promise<Bundle> {
  const module = resolve(path);
  if (!existsSync(module)) {
    throw new UserError(`There is no module ${module}. Check the path before "#" in \`use\`.`);
  }
  const code = await buildText(module, builder);
  const sha256 = createHash("sha256").update(withoutSourceMap(code)).digest("hex");
  return { module, code, sha256 };
}

async function buildText(module: string, builder: string | undefined): Promise<string> {
  const folder = dirname(module);
  const options = {
    entryPoints: [module],
    absWorkingDir: folder,
    outfile: `${module}.bundle.mjs`,
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    sourceRoot: pathToFileURL(`${folder}/`).href,
    define: placeNames,
    plugins: [ownPlaces, outsidePackages(builder)],
    logLevel: "silent",
  } satisfies BuildOptions;
  // esbuild is loaded here, so that commands without a bundle do not load it.
  const { build } = await import("esbuild");
  try {
    const { outputFiles } = await build(options);
    return outputFiles.map(({ text }) => text).join("");
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new UserError(problemText(module, error.errors), { cause: error });
  }
}

function withoutSourceMap(code: string): string {
  return code.replace(/^\/\/# sourceMappingURL=.*$/m, "");
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

const mostProblems = 10;

function problemText(module: string, errors: readonly Message[]): string {
  const lines = errors.slice(0, mostProblems).map(({ location, text }) => {
    const place = location ? `${location.file}:${location.line}:${location.column + 1}: ` : "";
    return `  ${place}${problemOf(text)}`;
  });
  const more = errors.length - lines.length;
  return [
    `The module ${basename(module)} can't be bundled:`,
    ...lines,
    ...(more > 0 ? [`  … and ${more} more.`] : []),
    `Correct ${errors.length === 1 ? "this" : "these"} in ${dirname(module)} and start again.`,
  ].join("\n");
}

/** Returns the text of a problem, with the remedy unless it is obvious. */
function problemOf(text: string): string {
  const name =
    /^No matching export in ".*(?:pipeline|flow)\/builder\/index\.[jt]s" for import "(\w+)"/.exec(
      text,
    )?.[1];
  if (name !== undefined) {
    return `The module of a pipeline or a flow can't import "${name}" of ostinato. Import it in another file: here are the names for pipelines and flows only.`;
  }
  const wanted = /^Could not resolve "([^"]+)"/.exec(text)?.[1];
  if (wanted === undefined) return text;
  return wanted.startsWith(".")
    ? `${text}. Check the path.`
    : `${text}. Install it beside the module: npm install ${wanted}`;
}
