import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../../../src/client/connection/connect.js";
import { createFindEnded } from "../../../src/client/limits/find-ended.js";
import type { Ostinato } from "../../../src/client/connection/ostinato.js";
import { queuesOfFolder } from "../../../src/domain/experiment/ids.js";
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

it("tells which workflows run no more, those that never ran among them", async () => {
  const { workflow } = ostinato.client;
  const [running, ended, unknown] = [randomUUID(), randomUUID(), randomUUID()];
  for (const workflowId of [running, ended]) {
    await workflow.start("runPage", { workflowId, taskQueue: queuesOfFolder("0011").main });
  }
  await workflow.getHandle(ended).terminate();
  const findEnded = createFindEnded(ostinato.client);
  expect(await findEnded([running, ended, unknown])).toEqual([ended, unknown]);
  expect(await findEnded([])).toEqual([]);
});
