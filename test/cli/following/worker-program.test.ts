import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startWorkerProgram } from "../../../cli/following/worker-program.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import { workerFlags } from "../../../src/local-server/worker/worker-flags.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

test("a worker in the foreground gets the flags of Node.js that every worker gets", async () => {
  const folder = temporaryFolder();
  const seen = join(folder, "flags.json");
  const code = `import{writeFileSync}from"node:fs";writeFileSync(${JSON.stringify(seen)},JSON.stringify(process.execArgv))`;
  const program = startWorkerProgram({
    folder,
    dataFolder: join(folder, "data"),
    talk: () => undefined,
    environment: {
      ...process.env,
      OSTINATO_HOME: join(folder, "home"),
      TEMPORAL_ADDRESS: "127.0.0.1:9",
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
    },
  });
  await waitUntil(() => existsSync(seen) && readFileSync(seen, "utf8") !== "", {
    what: "its flags",
    timeoutMs: 30_000,
  });
  program.cutShort();
  await program.ended;
  expect(JSON.parse(readFileSync(seen, "utf8"))).toEqual(
    workerFlags(process.versions.node, availableParallelism()),
  );
});
