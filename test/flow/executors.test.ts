import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/domain/failure/user-error.js";
import { createExecutor, registerExecutor } from "../../src/flow/executors.js";
import { typescriptExecutor } from "../../src/flow/code/typescript-executor.js";
import { endOf, endsOf, poolOf, recordedRequests } from "../executors/lines/executor-set-up.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const examples = resolve(import.meta.dirname, "../../examples/executors");

test("languages have executors, and more can be registered", async () => {
  const files = { "one.js": "export default () => 1;" };
  for (const language of ["javascript", "typescript"]) {
    const { pool } = poolOf((settings) => createExecutor(language, settings), { files });
    expect(await endOf(pool, { file: "one.js", inputs: {} })).toBe(1);
  }
  const folder = temporaryFolder();
  const setup = { folder, files: [], init: {}, connections: {}, variables: {} };
  expect(() => createExecutor("klingon", { setup, most: 1 })).toThrow(
    new UserError(
      'There is no executor for "klingon". Use one of javascript, python, typescript, the address of a service, a module that makes executors (module:klingon.mjs), or a command line: ./klingon',
    ),
  );
  registerExecutor("klingon", typescriptExecutor);
  const { pool } = poolOf((settings) => createExecutor("klingon", settings), { files });
  expect(await endOf(pool, { file: "one.js", inputs: {} })).toBe(1);
});

test("a module makes executors in every process that loads it by its path", async () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return `module:${join(folder, name)}`;
  };
  const program = join(examples, "perl/executor.pl");
  const library = resolve(import.meta.dirname, "../../dist/src/flow/executors.js");
  const own = write(
    "own.mjs",
    `import { createExecutor } from ${JSON.stringify(library)};
    export default (settings) => createExecutor(${JSON.stringify(`perl ${program}`)}, settings);`,
  );
  const { pool } = poolOf((settings) => createExecutor(own, settings), { files: { main: "" } });
  const inputs = { text: "one two" };
  expect(await endOf(pool, { file: "main", name: "words", inputs })).toEqual({ words: 2 });
  const refusal = async (kind: string): Promise<unknown> => {
    const made = poolOf((settings) => createExecutor(kind, settings), { files: {} }).pool;
    return made.start().catch((error: unknown) => error);
  };
  const wrong = write("wrong.mjs", "export default 3;");
  expect(await refusal(wrong)).toEqual(
    new UserError(
      `Expected the default export of "${join(folder, "wrong.mjs")}" to be a function that makes an executor, got number. See docs/executors.md.`,
    ),
  );
  const missing = await refusal(`module:${join(folder, "missing.mjs")}`);
  expect(missing).toBeInstanceOf(UserError);
  expect(missing).toMatchObject({ message: expect.stringContaining("missing.mjs") as string });
});

/** The Go example where Go is installed, else the Perl example: each speaks the same protocol. */
function exampleCommand(): { readonly command: string; readonly note: string } {
  const program = join(temporaryFolder(), "executor");
  const folder = temporaryFolder();
  cpSync(join(examples, "go"), folder, { recursive: true });
  const { status } = spawnSync("go", ["build", "-o", program, "."], { cwd: folder });
  if (status === 0) return { command: program, note: "Go" };
  return { command: `perl ${join(examples, "perl/executor.pl")}`, note: "Go is missing: Perl" };
}

describe("a program in another language", () => {
  test("runs lines, asks models and aggregates by the protocol", async () => {
    const { command, note } = exampleCommand();
    expect(note).toMatch(/^(Go|Go is missing: Perl)$/);
    const { pool } = poolOf((settings) => createExecutor(command, settings), {
      files: { main: "" },
      most: 2,
    });
    const facts = await pool.start();
    expect(facts.map(({ name }) => name).sort()).toEqual(["ask", "words"]);
    const inputs = Array.from({ length: 50 }, (_, line) => ({ text: "a ".repeat(line) }));
    const ends = await endsOf(pool, inputs, { file: "main", name: "words" });
    expect(ends).toEqual(inputs.map((_, words) => ({ words })));
    const requests = recordedRequests();
    const asked = { file: "main", name: "ask", inputs: { text: "why" }, requests };
    expect(await endOf(pool, asked)).toEqual({ answer: "WHY" });
    expect(requests.calls).toEqual([{ llm: "test/example", prompt: "why", parameters: {} }]);
    expect(await endOf(pool, { file: "main", name: "words", inputs: { text: 3 } })).toBe(
      'Error: expected text in the input "text", got 3',
    );
    const lines = [1, 2].map((line_number) => ({ line_number, inputs: {}, outputs: {} }));
    const aggregated = await pool.aggregate({ id: "all", file: "main", inputs: {}, lines });
    expect(aggregated).toEqual({ output: { lines: 2 }, metrics: [] });
  });

  test.each([
    ["is not there", "./nowhere", /^The executor \.\/nowhere can't be found. It starts in a copy/],
    ["says something else", "echo hello; cat", /wrote an invalid message to stdout: .*"hello"/],
    ["ends at once", "exit 3 ", /ended with exit code 3\./],
    [
      "speaks another version",
      `echo '{"ready":{"version":2,"facts":[]}}'; cat`,
      /speaks version 2/,
    ],
  ])("that %s is refused", async (_, command, message) => {
    const { pool } = poolOf((settings) => createExecutor(command, settings), { files: {} });
    await expect(pool.start()).rejects.toThrow(message);
  });
});

test("a program that ignores the end of its stdin is killed", async () => {
  const ready = JSON.stringify({ ready: { version: 1, facts: [] } });
  const { pool } = poolOf(
    (settings) => createExecutor(`echo '${ready}'; exec sleep 1000`, settings),
    {
      files: {},
    },
  );
  await pool.start();
  const startedAtMs = performance.now();
  await pool.end();
  expect(performance.now() - startedAtMs).toBeLessThan(20_000);
});

test("the page of executors names each message of the protocol", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/executors.md"), "utf8");
  const names = `hello run aggregate answer error recorded abandon ping ready refused request record done failed log pong`;
  for (const name of names.split(" ")) expect(page).toContain(`"${name}"`);
});
