import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { limitsQueue } from "../../../src/domain/experiment/ids.js";
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

it("gives the task of a limit to the next worker 4 s after its worker died", async () => {
  const { client } = ostinato;
  const key = `api/test/${randomUUID()}`;
  const lease = createLease(client)(limitIdOfKey(key), key, { process: "me", asks: [] });
  const rejected = expect(lease).rejects.toThrow();
  const poll = async (identity: string): Promise<string | null | undefined> => {
    const taskQueue = { name: limitsQueue };
    const { namespace } = client.options;
    const task = await client.withDeadline(Date.now() + 30_000, () =>
      client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue, identity }),
    );
    return task.workflowExecution?.workflowId;
  };
  expect(await poll("one that dies with its task")).toBe(limitIdOfKey(key));
  const diedAt = Date.now();
  expect(await poll("the next one")).toBe(limitIdOfKey(key));
  expect(Date.now() - diedAt).toBeGreaterThan(3_000);
  // Without a timeout of its own, a task would be given away after 10 s.
  expect(Date.now() - diedAt).toBeLessThan(9_500);
  await rejected;
});

it("starts the limit of a lease, and gives the lease up after 10 s without a worker", async () => {
  const key = `api/test/${randomUUID()}`;
  const startedAt = Date.now();
  const lease = createLease(ostinato.client)(limitIdOfKey(key), key, { process: "me", asks: [] });
  await expect(lease).rejects.toThrow();
  expect(Date.now() - startedAt).toBeGreaterThan(9_000);
  // Without a timeout of its own, it would not be given up at all.
  expect(Date.now() - startedAt).toBeLessThan(50_000);
  const limit = ostinato.client.workflow.getHandle(limitIdOfKey(key));
  expect(await limit.describe()).toMatchObject({ type: "limit", memo: { key } });
});
