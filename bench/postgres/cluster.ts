import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { waitUntil } from "../lib/wait-until.js";
import { runToEnd, startProgram } from "./program.js";
import type { RunAs, RunningProgram } from "./program.js";

/** A scratch PostgreSQL server. */
export interface Cluster {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly version: string;
  readonly program: RunningProgram;
}

const user = "temporal";
const password = "temporal";
const debianFolder = "/usr/lib/postgresql";

/**
 * Creates a cluster in `folder` and starts it on a port of 127.0.0.1. PostgreSQL does not run as
 * root.
 */
export async function startCluster(folder: string, port: number): Promise<Cluster> {
  const programs = findPrograms();
  const runAs = unprivilegedUser();
  const data = makeDataFolder(folder, runAs);
  const passwordFile = join(data, "..", "password");
  writeFileSync(passwordFile, password);
  runToEnd({
    path: join(programs, "initdb"),
    args: [
      ...["--pgdata", join(data, "cluster"), "--username", user, "--pwfile", passwordFile],
      ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale"],
    ],
    cwd: data,
    runAs,
  });
  const program = startProgram({
    path: join(programs, "postgres"),
    args: [
      ...["-D", join(data, "cluster"), "-p", port.toString(), "-h", "127.0.0.1"],
      ...["-c", "unix_socket_directories=", "-c", "max_connections=200"],
    ],
    cwd: data,
    runAs,
    logFile: join(folder, "postgresql.log"),
  });
  const isReady = (): boolean => {
    if (!program.isRunning()) throw new Error(`PostgreSQL ended at once:\n${program.log()}`);
    const asked = ["-h", "127.0.0.1", "-p", port.toString(), "-d", "postgres", "-q"];
    return spawnSync(join(programs, "pg_isready"), asked).status === 0;
  };
  await waitUntil(isReady, { what: "PostgreSQL", timeoutMs: 30_000 });
  const version = runToEnd({ path: join(programs, "postgres"), args: ["--version"] }).trim();
  return { port, user, password, version, program };
}

/**
 * The folder of `initdb` and `postgres`: the newest of Debian's packages, otherwise the one on the
 * PATH.
 */
function findPrograms(): string {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder).map(Number) : [];
  const folders = [
    ...versions.sort((a, b) => b - a).map((version) => join(debianFolder, `${version}`, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")));
  if (found !== undefined) return found;
  throw new Error(
    "Expected PostgreSQL's `initdb`. Install PostgreSQL, on Debian with `apt-get install postgresql`.",
  );
}

function unprivilegedUser(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const name = spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody";
  const id = (flag: string): number => Number(runToEnd({ path: "id", args: [flag, name] }));
  return { uid: id("-u"), gid: id("-g") };
}

/** The folder's owner is the user who runs PostgreSQL and must be able to reach it. */
function makeDataFolder(folder: string, runAs: RunAs | undefined): string {
  const data = join(folder, "postgresql");
  mkdirSync(data);
  if (runAs) {
    chmodSync(folder, 0o711);
    chownSync(data, runAs.uid, runAs.gid);
  }
  return data;
}
