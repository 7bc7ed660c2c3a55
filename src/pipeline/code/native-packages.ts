import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Packages that load a native add-on for another package, or build one. */
const loaders = [
  "@mapbox/node-pre-gyp",
  "@napi-rs/cli",
  "bindings",
  "node-addon-api",
  "node-gyp-build",
  "node-pre-gyp",
  "prebuild-install",
];

/** Matches names of packages for one platform, such as `@img/sharp-linux-x64`. */
const forPlatform = /(linux|darwin|win32)[\w-]*(x64|arm64|ia32|arm)/;

interface PackageFile {
  readonly name?: string;
  readonly gypfile?: boolean;
  readonly binary?: unknown;
  readonly napi?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** True for a file of a package with a native add-on, which cannot be bundled. */
export function isOfNativePackage(file: string): boolean {
  const folder = packageFolderOf(file);
  if (folder === undefined) return false;
  const given = readPackage(folder);
  if (given.gypfile === true || given.binary !== undefined || given.napi !== undefined) return true;
  if (existsSync(join(folder, "binding.gyp"))) return true;
  const needed = Object.keys({ ...given.dependencies, ...given.optionalDependencies });
  return needed.some((name) => loaders.includes(name) || forPlatform.test(name));
}

/**
 * Returns the folder of the package to which a file belongs; `undefined` if it is not an installed
 * package.
 */
function packageFolderOf(file: string): string | undefined {
  if (!file.includes("node_modules")) return undefined;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    // Some packages have a subfolder with a package.json without a name, which only sets `type`.
    if (existsSync(join(folder, "package.json")) && readPackage(folder).name !== undefined)
      return folder;
  }
  return undefined;
}

function readPackage(folder: string): PackageFile {
  // These fields have these types in every package that npm accepts.
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageFile;
}
