import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import type { Environment } from "../../domain/environment.js";

const defaultPort = 7233;
/** Highest port of the server. The Web UI's port is 1,000 higher and must be valid too. */
const highestPort = 64535;

/**
 * Returns the folder for a set-up's database, logs and worker files: `OSTINATO_HOME`, otherwise the
 * user's state folder.
 */
export function ostinatoHome(env: Environment): string {
  const chosen = nonEmpty(env["OSTINATO_HOME"]);
  if (chosen !== undefined) return resolve(chosen);
  return userFolder(env, {
    variable: "XDG_STATE_HOME",
    linux: ".local/state",
    mac: "Application Support",
  });
}

/**
 * Returns the folder for files that can be downloaded again: the Temporal CLI, and datasets of the
 * Hugging Face Hub. All set-ups share it, so it is not below `OSTINATO_HOME`.
 */
export function cacheFolder(env: Environment): string {
  const chosen = nonEmpty(env["OSTINATO_CACHE"]);
  if (chosen !== undefined) return resolve(chosen);
  return userFolder(env, { variable: "XDG_CACHE_HOME", linux: ".cache", mac: "Caches" });
}

/**
 * Returns the port of a local Temporal server on 127.0.0.1: `OSTINATO_TEMPORAL_PORT`, otherwise
 * 7233.
 */
export function localPort(env: Environment): number {
  const text = nonEmpty(env["OSTINATO_TEMPORAL_PORT"]);
  if (text === undefined) return defaultPort;
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > highestPort) {
    throw new UserError(
      `Expected \`OSTINATO_TEMPORAL_PORT\` to be a port from 1 to ${highestPort}, got "${text}". ` +
        `Set it to a free port, or unset it for ${defaultPort}.`,
    );
  }
  return port;
}

interface UserFolder {
  readonly variable: string;
  readonly linux: string;
  readonly mac: string;
}

function userFolder(env: Environment, folder: UserFolder): string {
  const home = nonEmpty(env["HOME"]) ?? homedir();
  const chosen = nonEmpty(env[folder.variable]);
  if (chosen?.startsWith("/") === true) return join(chosen, "ostinato");
  const base = process.platform === "darwin" ? join("Library", folder.mac) : folder.linux;
  return join(home, base, "ostinato");
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
