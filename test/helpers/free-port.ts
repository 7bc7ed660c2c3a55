import { createServer } from "node:net";

/** Ports that no system gives to outgoing connections or to servers that ask for any port. */
const firstPort = 20_000;
const portCount = 10_000;

/** Finds a port of 127.0.0.1 that is free. The Web UI's port, 1,000 above, is free too. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if ((await isFree(port)) && (await isFree(port + 1_000))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
