import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../helpers/free-port.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(repository, "dist", "cli", "main.js");
const readme = await readFile(join(repository, "README.md"), "utf8");

/** The commands that a reader without a key or Docker can paste. */
const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)]
  .map(([, block = ""]) => block)
  .filter((block) => !/API_KEY|docker/.test(block));

/** The block that holds `command`. */
function blockWith(command: string): string {
  const found = blocks.filter((block) => block.includes(command));
  expect(found).toHaveLength(1);
  return found.join();
}

describe("the README's command blocks", { timeout: 180_000 }, () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ostinato-readme-"));
    await cp(join(repository, "examples"), join(folder, "examples"), { recursive: true });
    await symlink(cli, join(folder, "ostinato"));
    env = {
      ...process.env,
      PATH: [folder, join(folder, "prefix", "bin"), process.env["PATH"]].join(delimiter),
      OSTINATO_HOME: join(folder, "home"),
      OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
      OSTINATO_DATA_FOLDER: join(folder, "data"),
      npm_config_prefix: join(folder, "prefix"),
    };
  });
  afterAll(async () => {
    await paste("ostinato down", folder);
    await rm(folder, { recursive: true, force: true });
  });

  function paste(block: string, cwd: string): Promise<Pasted> {
    return new Promise((resolve) => {
      execFile("bash", ["-c", block], { cwd, env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  test("are all tried here", () => {
    expect(blocks.map((block) => block.split("\n")[0])).toEqual([
      "npm start",
      "npm link",
      expect.stringContaining("check examples/questions.csv"),
      expect.stringContaining("--name crash"),
      expect.stringContaining("pipeline check"),
      expect.stringContaining("batch run"),
    ]);
  });

  test("npm start runs the example to its end", async () => {
    const { code, stdout, stderr } = await paste(blockWith("npm start"), repository);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const completedFile = stdout.trim().split("\n").at(-1) ?? "";
    expect(await statusesIn(completedFile)).toEqual(Array(30).fill("completed"));
  });

  test("npm link puts the command on the path", async () => {
    const { code, stdout } = await paste(blockWith("npm link"), repository);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+$/m);
  });

  test("a table is checked and planned for two models", async () => {
    const { code, stdout } = await paste(blockWith("check examples/questions.csv"), folder);
    expect(code).toBe(0);
    expect(stdout).toContain("questions.csv is valid: 6 records");
    expect(stdout).toContain("questions: 6 records in 1 group, 6 calls");
  });

  test("a pipeline is checked, and runs to its end", async () => {
    const { code, stdout, stderr } = await paste(blockWith("pipeline check"), folder);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [checked = "", ...rest] = stdout.trim().split("\n");
    expect(checked).toContain("questions.yaml is valid");
    expect(rest.at(-1)).toMatch(/-completed-.*\.jsonl$/);
  });

  test("a flow is run over lines, and shows its metric", async () => {
    const { code, stdout, stderr } = await paste(blockWith("batch run"), folder);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    // Three of the four truths are "four", which the answer has.
    expect(stdout).toContain("accuracy: 0.75");
  });

  test("a killed command is followed to the end", async () => {
    // A busy machine starts the run later. From then on it takes 18 s.
    const isStarted = "until [ -d data/output/crash ]; do sleep 0.1; done";
    const block = blockWith("--name crash").replace("sleep 8;", `${isStarted}; sleep 8;`);
    const { code, stdout, stderr } = await paste(block, folder);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^\s*30 /m);
  });
});

interface Pasted {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function statusesIn(completedFile: string): Promise<readonly unknown[]> {
  const lines = (await readFile(completedFile, "utf8")).trim().split("\n");
  // Lines of a completed file are objects with a status.
  return lines.map((line) => (JSON.parse(line) as { readonly status: unknown }).status);
}
