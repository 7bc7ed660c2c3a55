import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { readCalls } from "./call-log.js";
import type { Call } from "./call-log.js";
import { compiledProgram } from "./compiled-program.js";
import type { Behaviour, CountingServerStats } from "./counting-server.js";
import { repository } from "./repository.js";

export interface CountingServer {
  /** Value for `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  readonly stats: () => Promise<CountingServerStats>;
  /** Returns all calls so far, in order of arrival. */
  readonly calls: () => Promise<Call[]>;
  readonly change: (behaviour: Behaviour) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the counting server in a separate process, which ends with this one. */
export async function startCountingServer(behaviour: Behaviour): Promise<CountingServer> {
  const program = fileURLToPath(new URL("counting-server.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [await compiledProgram(program), JSON.stringify(behaviour)],
    {
      cwd: repository,
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const url = await announcedUrl(child);
  const get = async (path: string): Promise<Response> => fetch(`${url}${path}`);
  return {
    baseUrl: `${url}/v1`,
    stats: async () => (await (await get("/stats")).json()) as CountingServerStats,
    calls: async () => readCalls(await (await get("/calls")).arrayBuffer()),
    async change(next) {
      await fetch(`${url}/control`, { method: "POST", body: JSON.stringify(next) });
    },
    async close() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

async function announcedUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The counting server has no standard output");
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The counting server ended with ${String(code)} before it listened`);
  });
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  return (JSON.parse(line) as { url: string }).url;
}
