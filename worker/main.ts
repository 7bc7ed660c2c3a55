/**
 * The worker process. Its environment configures it: `OSTINATO_WORKER_ROLE` (`child`, `background`
 * or `foreground`) and, if it ends with its parent, `OSTINATO_WORKER_PARENT=stdin`.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { NativeConnection } from "@temporalio/worker";
import type { Logger, Worker } from "@temporalio/worker";
import { CallsInFlight } from "../activities/sending/call/calls-in-flight.js";
import type { CallEnd } from "../activities/sending/sending.js";
import { connect, connectionOptionsOf } from "../src/client/connection/connect.js";
import type { Ostinato } from "../src/client/connection/ostinato.js";
import { releaseWork } from "../src/client/worker/release-work.js";
import type { DeadWorkers } from "../src/client/worker/release-work.js";
import { endingText } from "../src/local-server/worker/tell-ending.js";
import {
  nameWorker,
  noteEnding,
  registerWorker,
  takeDeadWorkers,
  workerRoles,
} from "../src/local-server/worker/worker-files.js";
import type { Ending, ServedFolder, WorkerRole } from "../src/local-server/worker/worker-files.js";
import { UserError } from "../src/domain/failure/user-error.js";
import { ServerUnavailableError } from "../src/local-server/server/server-unavailable-error.js";
import { secretsOf } from "../src/providers/access/secrets.js";
import {
  findFolderIdentity,
  markerName,
  openFolderIdentity,
} from "../src/storage/folder-identity.js";
import { secretVariables } from "../src/providers/registry/registry.js";
import { createWorkers } from "./create-worker.js";
import { drain } from "./drain.js";
import { warmUp } from "./warm-up.js";
import { installTelemetry } from "./telemetry/telemetry.js";

const connectAgainMs = 1_000;
/** Time in ms for a process to end once no call is in flight. */
const graceMs = { child: 8_000, background: 30_000, foreground: 30_000 } as const;

async function main(): Promise<void> {
  // On a machine with much memory, V8 lets garbage grow to several times the live data. A smaller
  // number saves little memory and costs processor time, because V8 then marks all live data more
  // often than every two seconds at 1,000 calls per second.
  setFlagsFromString("--heap-growing-percent=80");
  // A file size limit should cause a write error, like a full disk, and must not end the process.
  process.on("SIGXFSZ", () => undefined);
  const telemetry = await installTelemetry(process.env);
  const { logger } = telemetry;
  const dataFolder = await openServedFolder(logger);
  const ending = listenForEnd(logger);
  const role = roleOf(process.env["OSTINATO_WORKER_ROLE"]);
  const ostinato = await connectPatiently(logger);
  const connection = await NativeConnection.connect(connectionOptionsOf(ostinato));
  try {
    const { namespace, address } = ostinato;
    const calls = new CallsInFlight<CallEnd>();
    const name = nameWorker();
    const dead = takeDeadWorkers(process.env, { address, namespace, dataFolder });
    const endedWorkers = dead.map((worker) => worker.name);
    void releaseDead(ostinato, { names: endedWorkers, folder: dataFolder.identity }, logger);
    const own = { name, endedWorkers, ostinato, connection, dataFolder, calls };
    const workers = await createWorkers({ ...own, ...telemetry });
    const stop = once(() => {
      for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
      drain({
        calls,
        graceMs: graceMs[role],
        onChange: sayEnding(logger),
        giveUp: (left) => {
          logger.warn(
            `Ending with ${left.calls} calls in flight, which took longer than their timeout.`,
          );
          process.exit(0);
        },
      });
    });
    const running = Promise.allSettled(workers.map(async (worker) => runToEnd(worker, stop)));
    const secrets = secretsOf(process.env, secretVariables);
    const place = { env: process.env, name, address, namespace, role, dataFolder };
    // The file stays after the end. The next worker reads it and tells limits that this worker has
    // ended.
    registerWorker({ ...place, secrets });
    ending.stopBy(stop);
    // A child worker has an experiment to work on at once.
    if (role !== "child") void warmUp({ ostinato, name, folder: dataFolder.identity });
    for (const ended of await running) if (ended.status === "rejected") throw ended.reason;
  } finally {
    await telemetry.close();
    await connection.close();
    await ostinato.close();
  }
}

async function releaseDead(ostinato: Ostinato, dead: DeadWorkers, logger: Logger): Promise<void> {
  try {
    const released = await releaseWork(ostinato, dead);
    if (released > 0) logger.info(`Took over ${released} activities of ended workers.`);
  } catch (error) {
    logger.warn("Activities of ended workers wait for their timeouts.", { error });
  }
}

/** Waits for a server that is temporarily away, for example at a start after a crash. */
async function connectPatiently(logger: Logger): Promise<Ostinato> {
  for (;;) {
    try {
      return await connect({ startServer: false });
    } catch (error) {
      if (!(error instanceof ServerUnavailableError)) throw error;
      logger.warn(`${error.message} Trying again.`);
      await sleep(connectAgainMs);
    }
  }
}

function roleOf(given = "foreground"): WorkerRole {
  const role = workerRoles.find((one) => one === given);
  if (role !== undefined) return role;
  throw new UserError(
    `Expected OSTINATO_WORKER_ROLE to be one of ${workerRoles.join(", ")}, got ${JSON.stringify(given)}. Leave it out.`,
  );
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

/** Reports the end in this process's file, for commands, and in its log, for users. */
function sayEnding(logger: Logger): (ending: Ending) => void {
  const sayFirst = once(() => {
    logger.warn("Ending once the calls in flight have ended. A second signal ends at once.");
  });
  return (ending) => {
    if (ending.calls > 0) sayFirst();
    const text = endingText([{ ending }], Date.now());
    if (text !== undefined) logger.info(text);
    try {
      noteEnding(process.env, ending);
    } catch (error) {
      logger.warn("The worker's file can't be written.", { error });
    }
  };
}

/**
 * Runs a worker. If it fails, the other workers stop too. Otherwise a process that serves only some
 * queues would look healthy.
 */
async function runToEnd(worker: Worker, stopAll: () => void): Promise<void> {
  try {
    await worker.run();
  } finally {
    stopAll();
  }
}

/**
 * Ends the process on a signal and, if configured, with its parent. Before the workers exist, it
 * exits at once. A second signal ends it at once, even with calls in flight. The parent's end does
 * not count as a signal, because a supervisor may stop both at the same time.
 */
function listenForEnd(logger: Logger): { readonly stopBy: (stop: () => void) => void } {
  const exit = (): void => process.exit(0);
  let stop = exit;
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
    if (signals === 1) {
      stop();
      return;
    }
    logger.warn("Ended by a second signal. Calls in flight are lost and will be made again.");
    exit();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  if (process.env["OSTINATO_WORKER_PARENT"] === "stdin") {
    const end = (): void => {
      stop();
    };
    process.stdin.on("end", end).on("error", end).resume();
  }
  return {
    stopBy: (stopWorkers) => {
      stop = stopWorkers;
    },
  };
}

/**
 * Opens the folder. Workers on several machines share it by a mount, and a worker without the mount
 * must not accept work. A folder without an identity has no work yet, so creating one is safe.
 */
async function openServedFolder(logger: Logger): Promise<ServedFolder> {
  const path = resolve(process.env["OSTINATO_DATA_FOLDER"] || "data");
  if (!existsSync(path)) {
    throw new UserError(
      `The data folder "${path}" is not on this machine, so this worker takes no work. Mount or make it, or name another with --data-folder, and start the worker again.`,
    );
  }
  const found = await findFolderIdentity(path);
  if (found === undefined) {
    logger.warn(
      `The data folder "${path}" had no ${markerName}, so it was given one. If experiments were started in it on another machine, it is not mounted here.`,
    );
  }
  return { path, identity: found ?? (await openFolderIdentity(path)) };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const isUsers = error instanceof UserError || error instanceof ServerUnavailableError;
    // A thrown value that is not an error has no stack.
    process.stderr.write(`${isUsers ? error.message : String((error as Error).stack ?? error)}\n`);
    process.exit(isUsers ? 2 : 70);
  },
);
