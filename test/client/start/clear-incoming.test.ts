import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clearIncoming } from "../../../src/client/start/clear-incoming.js";
import { connect, startExperiment } from "../../../src/index.js";
import type { Ostinato } from "../../../src/index.js";
import { openDataFolder, stageInput } from "../../../src/storage/data-folder.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let server: TestServer;
let ostinato: Ostinato;

beforeAll(async () => {
  server = await startTestServer();
  ostinato = await connect({ env: server.env, startServer: false });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await server.stop();
});

const line = '{"api": "test", "model_name": "m", "prompt": "Hi"}\n';

function newFile(name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, line);
  return path;
}

test("what a command staged that died before its start is undone after a day, unless an experiment may need it", async () => {
  const folder = await openDataFolder(join(temporaryFolder(), "data"));
  const incoming = join(folder.output, ".incoming");
  const sha256 = createHash("sha256").update(line).digest("hex");
  const moved = newFile("moved.jsonl");
  await stageInput(folder, moved, { move: true, sha256 });
  await stageInput(folder, newFile("copied.jsonl"), { move: false, sha256 });
  const { workflowId } = await startExperiment(ostinato, {
    file: newFile("waits.jsonl"),
    name: `x-${randomUUID()}`,
    dataFolder: folder.path,
    envFile: join(folder.path, ".env"),
  });
  const tomorrow = Date.now() + 25 * 3_600_000;

  await clearIncoming(ostinato, folder, tomorrow);
  // The three inputs, and where the moved one came from.
  expect(readdirSync(incoming)).toHaveLength(4);

  await ostinato.client.workflow.getHandle(workflowId).terminate("so that nothing waits");
  await clearIncoming(ostinato, folder, Date.now());
  expect(existsSync(moved)).toBe(false);
  // The list of what runs follows a moment later.
  await vi.waitFor(
    async () => {
      await clearIncoming(ostinato, folder, tomorrow);
      expect(readdirSync(incoming)).toEqual([]);
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(readFileSync(moved, "utf8")).toBe(line);
});
