import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { codePlacesOf } from "../../domain/flow/code-places.js";
import { UserError } from "../../domain/failure/user-error.js";
import { keepFlowCode } from "../../flow/code/flow-code.js";
import { isThere } from "../../storage/files/is-there.js";
import { runPaths } from "../../storage/run/run-folder.js";
import type { OpenedFlow } from "./open-flow.js";

/**
 * Folders that do not belong to a flow's code. Hidden files and folders are left out too, because
 * they may contain keys.
 */
const left = new Set(["__pycache__", "node_modules", "venv"]);

/**
 * Files that are copied with a flow that is a single file. Its folder may contain anything else.
 */
const besideFile = new Set(
  ".py .prompty .jinja2 .j2 .jinja .yaml .yml .json .txt .md .toml".split(" "),
);

const mostBytes = 64 << 20;

/**
 * Copies the code of a flow to the folder of its run, so that a restart after a crash runs the same
 * code. Throws a `UserError` if the folder has more than 64 MB.
 *
 * @param dataFolder data folder, which is never copied
 */
export async function keepCode(
  opened: OpenedFlow,
  staged: string,
  dataFolder: string,
): Promise<void> {
  const { flow, folder, includes, isFile } = opened;
  const places = codePlacesOf(flow);
  if (places.length === 0) return;
  if (places.every(({ language }) => language === "typescript")) {
    await keepFlowCode({ files: places.map(({ file }) => file), base: folder }, staged);
    return;
  }
  const { code } = runPaths(staged);
  const own = new Set(places.map(({ file }) => resolve(folder, file)));
  const files = await filesIn(folder, {
    isKept: (path) => resolve(path) !== resolve(dataFolder),
    isWanted: (path) => !isFile || besideFile.has(extname(path)) || own.has(resolve(path)),
  });
  await refuseLarge(folder, files);
  for (const file of files) await copy(join(folder, file), join(code, file));
  for (const { from, to } of includes) {
    const isFolder = (await stat(from)).isDirectory();
    const included = isFolder ? await filesIn(from) : [""];
    for (const file of included) await copy(join(from, file), join(code, to, file));
  }
}

interface Choice {
  readonly isKept?: (path: string) => boolean;
  readonly isWanted?: (path: string) => boolean;
}

/** Lists the files of a folder, with paths relative to the folder. */
async function filesIn(folder: string, choice: Choice = {}): Promise<readonly string[]> {
  const { isKept = () => true, isWanted = () => true } = choice;
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || left.has(entry.name) || !isKept(path)) continue;
    // A link to a folder may point to a folder above it, and a link may point to nothing.
    if (entry.isSymbolicLink() && !(await leadsToFile(path))) continue;
    if (entry.isDirectory()) {
      const inner = await filesIn(path, choice);
      files.push(...inner.map((file) => join(entry.name, file)));
    } else if (isWanted(path)) {
      files.push(entry.name);
    }
  }
  return files;
}

async function leadsToFile(link: string): Promise<boolean> {
  return (await isThere(link)) && !(await stat(link)).isDirectory();
}

async function refuseLarge(folder: string, files: readonly string[]): Promise<void> {
  let bytes = 0;
  for (const file of files) bytes += (await stat(join(folder, file))).size;
  if (bytes <= mostBytes) return;
  throw new UserError(
    `The folder ${folder} has more than ${mostBytes >> 20} MB. It is copied to each run of the flow: move data and outputs out of it, or give the flow a folder of its own.`,
  );
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
