import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ostinatoHome } from "../home/home.js";
import { isAlive } from "../worker/process-identity.js";
import type { ProcessIdentity } from "../worker/process-identity.js";
import { writeFileWhole } from "../home/write-file-whole.js";
import type { Environment } from "../../domain/environment.js";

/**
 * `server.json`: the last started server of an `OSTINATO_HOME`. The file stays after the server has
 * ended.
 */
export interface ServerState extends ProcessIdentity {
  readonly port: number;
  readonly uiPort: number;
  /** Version of the server, which is part of its database's file name. */
  readonly version: string;
  /** Path of the CLI that started it. */
  readonly cli: string;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  /** True once the steps after the first start are done. */
  readonly prepared: boolean;
  /** Set if `ostinato down` stopped it. */
  readonly stopped?: true;
}

export function readServerState(env: Environment): ServerState | undefined {
  try {
    // Only `ostinato up` writes the file.
    return JSON.parse(readFileSync(statePath(env), "utf8")) as ServerState;
  } catch {
    return undefined;
  }
}

export function writeServerState(env: Environment, state: ServerState): void {
  mkdirSync(ostinatoHome(env), { recursive: true });
  writeFileWhole(statePath(env), `${JSON.stringify(state, null, 2)}\n`);
}

/** Returns the server that this set-up started, if it is alive. */
export function ownServer(env: Environment): ServerState | undefined {
  const state = readServerState(env);
  return state && isAlive(state) ? state : undefined;
}

function statePath(env: Environment): string {
  return join(ostinatoHome(env), "server.json");
}
