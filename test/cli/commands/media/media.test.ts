import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CliResult } from "../../../../bench/lib/cli-process.js";
import { removeSetUp } from "../../../../bench/lib/set-up.js";
import type { CliSetUp } from "../../../helpers/cli-set-up.js";
import { cliSetUp } from "../../../helpers/cli-set-up.js";
import { startGeminiFilesServer } from "../../../helpers/gemini-files-server.js";
import type { GeminiFilesServer } from "../../../helpers/gemini-files-server.js";
import { png } from "../../../providers/contract/png.js";

let cli: CliSetUp;
let server: GeminiFilesServer;

beforeEach(async () => {
  cli = await cliSetUp();
  server = await startGeminiFilesServer();
  const media = join(cli.setUp.folder, "data", "media");
  mkdirSync(media, { recursive: true });
  writeFileSync(join(media, "round.jpg"), png);
});

afterEach(async () => {
  await server.close();
  await removeSetUp(cli.setUp);
});

function media(...given: readonly string[]): Promise<CliResult> {
  const variables = { GEMINI_BASE_URL: server.origin, GEMINI_API_KEY: "AIza-0123456789" };
  return cli.ostinatoWith(variables, "media", ...given);
}

const part = { type: "image", media: "round.jpg" };
const record = { api: "gemini", model_name: "g", prompt: [{ role: "user", parts: [part] }] };

test("media upload, list and delete need no Temporal server", async () => {
  cli.write("pilot.jsonl", [record]);
  const uploaded = await media("upload", "pilot.jsonl");
  expect(uploaded).toMatchObject({ code: 0, stdout: "File 'round.jpg' uploaded as 'files/f-1'\n" });
  expect(uploaded.stderr).toContain("round.jpg: ready (1 of 1 ready)");
  expect(uploaded.stderr).toMatch(/Wrote .*pilot_uploaded\.jsonl\. Run that file\./);
  const written = readFileSync(join(cli.setUp.folder, "pilot_uploaded.jsonl"), "utf8");
  expect(JSON.parse(written)).toEqual({
    ...record,
    prompt: [{ role: "user", parts: [{ ...part, uploaded_filename: "files/f-1" }] }],
  });

  const again = await media("upload", "pilot.jsonl", "--output-file", "b.jsonl", "--json");
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    records: 1,
    files: [{ path: "round.jpg", name: "files/f-1", uploaded: false }],
  });

  expect((await media("list")).stdout).toMatch(/^NAME +FILE.*\nfiles\/f-1 +round\.jpg +image\/png/);
  expect(JSON.parse((await media("list", "--json")).stdout)).toMatchObject({ name: "files/f-1" });
  expect((await media("delete", "b.jsonl")).stdout).toBe("files/f-1 deleted\n");
  expect((await media("delete", "files/f-1", "files/f-2", "--json")).stdout).toBe(
    '{"name":"files/f-1","deleted":false}\n{"name":"files/f-2","deleted":false}\n',
  );
  expect(existsSync(cli.setUp.home)).toBe(false);
});

test("media convert-images converts the media folder, and tells of what it can't read", async () => {
  writeFileSync(join(cli.setUp.folder, "data", "media", "broken.png"), "no image");
  const { code, stdout } = await media("convert-images");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^broken\.png: failed: .*\nround\.jpg: converted from png to jpeg\n$/);
});

test("media refuses what it does not understand", async () => {
  for (const given of [["fetch"], ["upload"], ["upload", "a", "b"], ["delete"]]) {
    const { code, stderr } = await media(...given);
    expect(stderr).toMatch(/^error: (unknown command|missing required|too many) /);
    expect(code).toBe(2);
  }
  const { code, stderr } = await media("upload", "none.jsonl");
  expect(stderr).toMatch(/^error: Could not read .*none\.jsonl/);
  expect(code).toBe(2);
  expect(server.requests).toEqual([]);
});
