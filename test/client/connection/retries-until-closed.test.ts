import { createServer } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Connection } from "@temporalio/client";
import { retriesUntilClosed } from "../../../src/client/connection/retries-until-closed.js";

it("leaves no retry behind that would throw on the closed channel", async () => {
  let calls = 0;
  // Speaks gRPC, and answers every call with UNAVAILABLE, which is retried.
  const server = createServer((_, response) => {
    calls += 1;
    response.writeHead(200, { "content-type": "application/grpc", "grpc-status": "14" });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // A server that listens on TCP has an address and port.
  const { port } = server.address() as AddressInfo;
  const thrown: unknown[] = [];
  const note = (error: unknown): void => void thrown.push(error);
  process.prependListener("uncaughtException", note);
  onTestFinished(() => void process.off("uncaughtException", note));

  const retries = retriesUntilClosed();
  const connection = Connection.lazy({
    address: `127.0.0.1:${port}`,
    interceptors: retries.interceptors,
  });
  void connection.workflowService.describeNamespace({ namespace: "any" }).catch(() => undefined);
  await expect.poll(() => calls).toBeGreaterThan(1);
  retries.end();
  await connection.close();
  // A call that was under way may still arrive.
  await sleep(500);
  const before = calls;
  await sleep(1_500);
  expect(thrown).toEqual([]);
  expect(calls).toBe(before);
});
