import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../../bench/lib/repository.js";
import { sharedCli } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

async function answersOf(given: readonly string[]): Promise<readonly unknown[]> {
  const { code, stdout, stderr } = await cli.ostinato("run", ...given, "-mq", "600");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const lines = readFileSync(stdout.trim(), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { response, attempts } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return [response, attempts];
  });
}

test("the example runs beside our own APIs, and its failures are understood", async () => {
  const example = (name: string): string => join(repository, "examples", name);
  const given = [example("own-api.jsonl"), "--provider", example("own-api.js")];
  // The 429 that the example tells once counts as no attempt.
  expect(await answersOf(given)).toEqual([
    ["?otanitso na si tahW", 1],
    ["gnol sa eciwT", 1],
    ["This is a test response", 1],
  ]);
});

test("experiments with different modules of one name get each its own", async () => {
  const answering = (word: string): string =>
    `export default { name: "mine", send: async () => ({ response: "${word}" }) };`;
  const record = [{ api: "mine", prompt: "Hello" }];
  const runs = ["one", "two"].map(async (word) =>
    answersOf([
      cli.write(`${word}.jsonl`, record),
      "--provider",
      cli.write(`${word}.mjs`, answering(word)),
    ]),
  );
  expect(await Promise.all(runs)).toEqual([[["one", 1]], [["two", 1]]]);
});

test("a key that is set here and not for the worker is named before anything is sent", async () => {
  const file = cli.write("secret.jsonl", [{ api: "secretive", prompt: "Hello" }]);
  const module = cli.write(
    "secretive.mjs",
    'export default { name: "secretive", secretVariables: ["SECRETIVE_KEY"], send: async ({ environment }) => ({ response: environment.SECRETIVE_KEY }) };',
  );
  const key = { SECRETIVE_KEY: "canary-0123456789" };
  const { code, stderr } = await cli.ostinatoWith(key, "run", file, "--provider", module);
  expect(stderr).toMatch(/`SECRETIVE_KEY` is set here, but the .* worker .* lacks it/);
  expect(stderr).not.toContain(key.SECRETIVE_KEY);
  expect(code).toBe(2);
});

test("a module that can't be used is refused by its path", async () => {
  const file = cli.write("other.jsonl", [{ api: "other", prompt: "Hello" }]);
  const module = cli.write("other.mjs", "export const other = 1;");
  for (const command of ["run", "check"]) {
    const { code, stderr } = await cli.ostinato(command, file, "--provider", module);
    expect(stderr).toContain(join(cli.setUp.folder, module));
    expect(code).toBe(2);
  }
});
