import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const mostLines = 5;

/** Matches path, line and column. The paths of Node's own files do not start with a slash. */
const placeOf = /(?:\(|at (?:async )?)(?:file:\/\/)?(\/[^()]*?):(\d+:\d+)\)?$/;

/** Folders of the product itself. */
const ownFolders = ["dist", "src"].map((name) => `${join(packageFolder(), name)}/`);

function packageFolder(): string {
  const built = fileURLToPath(new URL("../../..", import.meta.url));
  return built.replace(/dist\/?$/, "");
}

/**
 * Returns the lines of a stack from the user's own code, with paths relative to the folder of the
 * module.
 */
export function ownStack(stack: string | undefined, module: string): readonly string[] {
  const folder = dirname(module);
  const lines = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines
    .flatMap((line) => {
      const [, path = "", place = ""] = placeOf.exec(line) ?? [];
      if (path === "" || isForeign(path)) return [];
      const [, name] = /at (?:async )?([^/()<>]+) \(/.exec(line) ?? [];
      const shown = `${relative(folder, decodeURI(path))}:${place}`;
      return [`    at ${name === undefined ? shown : `${name} (${shown})`}`];
    })
    .slice(0, mostLines);
}

function isForeign(path: string): boolean {
  return path.includes("/node_modules/") || ownFolders.some((folder) => path.startsWith(folder));
}
