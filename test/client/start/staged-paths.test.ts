import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withStagedPaths } from "../../../src/client/start/staged-paths.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function newStaged(): { readonly rows: string; readonly code: string } {
  const incoming = join(temporaryFolder(), "output", ".incoming");
  const code = join(incoming, "1-flow.pipeline");
  mkdirSync(code, { recursive: true });
  writeFileSync(join(code, "flow.py"), "");
  const rows = join(incoming, "2-flow.jsonl");
  writeFileSync(rows, "{}\n");
  return { rows, code };
}

test("a start that fails removes its rows and its code at once", async () => {
  const { rows, code } = newStaged();
  const start = withStagedPaths(async (staged) => {
    staged.add(code);
    staged.add(rows);
    return Promise.reject(new Error("refused"));
  });
  await expect(start).rejects.toThrow("refused");
  expect([rows, code].map(existsSync)).toEqual([false, false]);
});

test("the paths of a launched run stay, whatever fails after its launch", async () => {
  const { rows, code } = newStaged();
  const start = withStagedPaths(async (staged) => {
    staged.add(code);
    staged.add(rows);
    staged.handOver();
    return Promise.reject(new Error("no key notices"));
  });
  await expect(start).rejects.toThrow("no key notices");
  expect([rows, code].map(existsSync)).toEqual([true, true]);
});
