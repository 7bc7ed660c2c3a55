import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isListening, untilClosed } from "../../../src/local-server/server/ports.js";

async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

test("a wait for the end of a port lasts as long as somebody listens", async () => {
  const { server, port } = await listen();
  const order: string[] = [];
  const wait = untilClosed(port, 60_000, new AbortController().signal).then(() =>
    order.push("waited"),
  );
  expect(await isListening(port)).toBe(true);
  order.push("closed");
  server.close();
  await wait;
  expect(order).toEqual(["closed", "waited"]);
});

test("a signal ends the wait for the end of a port", async () => {
  const { port } = await listen();
  const stop = new AbortController();
  const wait = untilClosed(port, 60_000, stop.signal);
  stop.abort();
  await wait;
  expect(await isListening(port)).toBe(true);
});

test("the wait for the end of a port has an end of its own", async () => {
  const { port } = await listen();
  await untilClosed(port, 1, new AbortController().signal);
  expect(await isListening(port)).toBe(true);
});
