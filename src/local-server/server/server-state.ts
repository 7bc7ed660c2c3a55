import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ostinatoHome } from "../home/home.js";
import { isAlive } from "../worker/process-identity.js";
import type { ProcessIdentity } from "../worker/process-identity.js";
import { writeFileWhole } from "../home/write-file-whole.js";
import type { Environment } from "../../domain/environment.js";

/** `server.json`: the server that was started last in an `OSTINATO_HOME`. It stays when that server has ended. */
export interface ServerState extends ProcessIdentity {
  readonly port: number;
  readonly uiPort: number;
  /** Of the server; its database file is named by it. */
  readonly version: string;
  /** Path of the CLI that it was started with. */
  readonly cli: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** What is to be done once after a start is done. */
  readonly prepared: boolean;
  /** It was ended on purpose, by `ostinato down`. */
  readonly stopped?: true;
}

export function readServerState(env: Environment): ServerState | undefined {
  try {
    return JSON.parse(readFileSync(statePath(env), "utf8")) as ServerState;
  } catch {
    return undefined;
  }
}

export function writeServerState(env: Environment, state: ServerState): void {
  mkdirSync(ostinatoHome(env), { recursive: true });
  writeFileWhole(statePath(env), `${JSON.stringify(state, null, 2)}\n`);
}

/** The server that this set-up started, if it lives. */
export function ownServer(env: Environment): ServerState | undefined {
  const state = readServerState(env);
  return state && isAlive(state) ? state : undefined;
}

function statePath(env: Environment): string {
  return join(ostinatoHome(env), "server.json");
}
