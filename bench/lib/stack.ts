import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { openDataFolder } from "../../src/storage/data-folder.js";
import { describeResult, resultOf, startCli } from "./cli-process.js";
import type { CliProcess, CliResult } from "./cli-process.js";
import {
  commandLine,
  isListening,
  killServer,
  killWorkers,
  serverPid,
  workerPids,
} from "./own-processes.js";
import type { SetUp } from "./set-up.js";
import { waitUntil } from "./wait-until.js";

/** The long-lived processes of a set-up, and their commands. */
export interface Stack {
  readonly setUp: SetUp;
  /** Starts a server without a worker. */
  readonly startServer: () => Promise<void>;
  /** Starts a worker in a new process. */
  readonly startWorker: (env?: Readonly<Record<string, string>>) => Promise<CliProcess>;
  readonly startServerAndWorker: () => Promise<void>;
  /** Starts `ostinato …`. The stack ends the command if it is still running. */
  readonly start: (...args: readonly string[]) => CliProcess;
  /** Kills every worker with `kill -9`, and the commands that would restart one. */
  readonly killWorkersForGood: () => void;
  readonly killServer: () => void;
  /**
   * Restarts a killed server with its original command line, without a command that would start a
   * worker too.
   */
  readonly restartServer: () => Promise<void>;
  readonly endAll: () => Promise<void>;
}

/** Runs `ostinato …` to its end. */
export type RunCommand = (...given: readonly string[]) => Promise<CliResult>;

export function createStack(
  setUp: SetUp,
  run: RunCommand = async (...given) => await resultOf(startCli(setUp, given)),
): Stack {
  const commands = new Set<CliProcess>();
  const workerCommands = new Set<CliProcess>();
  let serverCommand: readonly string[] = [];
  let restartedServer: ChildProcess | undefined;

  const track = (command: CliProcess, group = commands): CliProcess => {
    group.add(command);
    void command.exited.then(() => group.delete(command));
    return command;
  };
  const stack: Stack = {
    setUp,
    start: (...args) => track(startCli(setUp, args)),
    async startServer() {
      await openDataFolder(setUp.dataFolder);
      // The command starts a server because it needs one. It starts no worker.
      const result = await run("limits");
      if (result.code !== 0) throw new Error(`ostinato limits: ${describeResult(result)}`);
      serverCommand = commandLine(requiredServerPid(setUp));
    },
    async startWorker(env = {}) {
      const besides = workerPids(setUp);
      const command = track(startCli(setUp, ["worker"], env), workerCommands);
      await workerIsThere(setUp, { command, besides });
      return command;
    },
    async startServerAndWorker() {
      await stack.startServer();
      await stack.startWorker();
      // Pollers reach the server a moment after the worker reports that it is ready.
      await sleep(2_000);
    },
    killWorkersForGood() {
      for (const command of workerCommands) command.kill("SIGKILL");
      killWorkers(setUp);
    },
    killServer() {
      serverCommand = commandLine(requiredServerPid(setUp));
      killServer(setUp);
    },
    async restartServer() {
      restartedServer = startAgain(setUp, serverCommand);
      await serverListens(setUp);
    },
    async endAll() {
      const ending = [...commands, ...workerCommands];
      for (const command of ending) command.kill("SIGKILL");
      await Promise.all(ending.map(async (command) => command.exited));
      await endServerAndWorkers(setUp, restartedServer);
    },
  };
  return stack;
}

/**
 * Repeats until no process is left, because a killed command may just have been starting a server
 * or a worker.
 */
async function endServerAndWorkers(setUp: SetUp, restartedServer?: ChildProcess): Promise<void> {
  const isQuiet = async (): Promise<boolean> => {
    killWorkers(setUp);
    killServer(setUp);
    restartedServer?.kill("SIGKILL");
    return workerPids(setUp).length === 0 && !(await isListening(setUp.port));
  };
  await waitUntil(isQuiet, { what: "the end of server and workers", timeoutMs: 15_000 });
}

async function serverListens(setUp: SetUp): Promise<void> {
  await waitUntil(async () => isListening(setUp.port), {
    what: `a server on port ${setUp.port}`,
    timeoutMs: 30_000,
  });
}

interface Expected {
  readonly command: CliProcess;
  readonly besides: readonly number[];
}

async function workerIsThere(setUp: SetUp, { command, besides }: Expected): Promise<number> {
  return waitUntil(
    () => {
      if (!command.isRunning()) throw new Error(`The worker's command ended: ${command.stderr()}`);
      return workerPids(setUp).find((pid) => !besides.includes(pid));
    },
    // The first start on a machine may have to download the Temporal CLI.
    { what: "a worker", timeoutMs: 300_000 },
  );
}

function requiredServerPid(setUp: SetUp): number {
  const pid = serverPid(setUp);
  if (pid === undefined) throw new Error(`No server of its own runs in ${setUp.home}`);
  return pid;
}

function startAgain(setUp: SetUp, command: readonly string[]): ChildProcess {
  const [program, ...args] = command;
  if (program === undefined) throw new Error("No server was started that could be started again");
  const child = spawn(program, args, {
    cwd: setUp.folder,
    env: setUp.env,
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  return child;
}
