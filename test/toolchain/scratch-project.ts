import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

const fences = [
  ".dependency-cruiser.cjs",
  "eslint.config.js",
  "package.json",
  "tsconfig.base.json",
  "tsconfig.check.json",
  "tsconfig.json",
];

export interface ScratchProject {
  readonly folder: string;
  /** Runs a program of node_modules; its exit code is not an error here. */
  readonly run: (program: string, parameters: readonly string[]) => Promise<ProgramResult>;
  readonly remove: () => Promise<void>;
}

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
}

/** The fences of this repository around other sources, so that mistakes can be made on purpose. */
export async function scratchProject(
  files: Readonly<Record<string, string>>,
): Promise<ScratchProject> {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-fences-"));
  for (const file of [...fences, ...(await folderConfigs())]) {
    await cp(join(repository, file), join(folder, file), { recursive: true });
  }
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), code);
  }
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    run: (program, parameters) => run(folder, program, parameters),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function folderConfigs(): Promise<readonly string[]> {
  const isConfig = (path: string) =>
    path.endsWith("tsconfig.json") && !/node_modules|dist/.test(path);
  const found = await Promise.all(
    ["src", "activities", "workflows", "worker", "cli", "test"].map(async (folder) =>
      (await readdir(join(repository, folder), { recursive: true }))
        .filter(isConfig)
        .map((path) => join(folder, path)),
    ),
  );
  return found.flat();
}

function run(cwd: string, program: string, parameters: readonly string[]): Promise<ProgramResult> {
  const file = join(repository, "node_modules", program);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [file, ...parameters],
      { cwd, maxBuffer: 2 ** 26 },
      (error, stdout) => resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}
