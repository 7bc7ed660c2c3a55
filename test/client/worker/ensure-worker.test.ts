import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, ensureWorker, UserError } from "../../../src/index.js";
import { liveWorkers } from "../../../src/local-server/worker/worker-files.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 300_000);

afterAll(async () => {
  await server.stop();
});

test.each([
  ["HTTPS_PROXY", "socks5://proxy:1080"],
  ["SSL_CERT_FILE", "/nonexistent.pem"],
])("no worker is started if %s is %s", async (name, value) => {
  const env = { ...server.env, OSTINATO_HOME: temporaryFolder(), [name]: value };
  const ostinato = await connect({ env, startServer: false });
  try {
    const dataFolder = join(temporaryFolder(), "data");
    const error: unknown = await ensureWorker(ostinato, { dataFolder, role: "child" }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain(`Expected ${name} to `);
    expect(liveWorkers(env)).toEqual([]);
  } finally {
    await ostinato.close();
  }
});
