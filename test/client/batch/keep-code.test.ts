import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepCode } from "../../../src/client/batch/keep-code.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

test("the code of a flow is copied without links to folders and to nothing", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "inner"));
  writeFileSync(join(folder, "main.py"), "def main(x): return x\n");
  writeFileSync(join(folder, "inner", "part.py"), "y = 1\n");
  symlinkSync(join(folder, "inner"), join(folder, "again"));
  symlinkSync(join(folder, "gone.py"), join(folder, "broken.py"));
  symlinkSync(join(folder, "main.py"), join(folder, "linked.py"));
  const staged = temporaryFolder();
  await keepCode(
    {
      kind: "flow",
      flow: { kind: "code", name: "f", inputs: {}, code: { language: "python", file: "main.py" } },
      folder,
      isFile: false,
      connections: {},
      variables: {},
      includes: [],
      warnings: [],
    },
    staged,
    join(folder, "data"),
  );
  const kept = readdirSync(runPaths(staged).code, { recursive: true, encoding: "utf8" });
  expect(kept.sort()).toEqual(["inner", "inner/part.py", "linked.py", "main.py"]);
});
