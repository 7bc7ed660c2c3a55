import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../../../src/client/connection/connect.js";
import { createLease } from "../../../src/client/limits/lease.js";
import type { Ostinato } from "../../../src/client/connection/ostinato.js";
import { limitIdOfKey } from "../../../src/storage/run/limit-id-of-key.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";

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

it("starts the limit of a lease, and gives the lease up after 10 s without a worker", async () => {
  const key = `api/test/${randomUUID()}`;
  const startedAt = Date.now();
  const lease = createLease(ostinato.client)(limitIdOfKey(key), key, { process: "me", asks: [] });
  await expect(lease).rejects.toThrow();
  expect(Date.now() - startedAt).toBeGreaterThan(9_000);
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  const limit = ostinato.client.workflow.getHandle(limitIdOfKey(key));
  expect(await limit.describe()).toMatchObject({ type: "limit", memo: { key } });
});
