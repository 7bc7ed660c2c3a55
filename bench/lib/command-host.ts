import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CliResult } from "./cli-process.js";
import type { SetUp } from "./set-up.js";
import { now } from "./wait-until.js";

interface Answer {
  readonly id: number;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Kinds of resources that would have kept the process of the command alive. */
  readonly left: readonly string[];
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A process for many commands. All concurrent commands have the same folder. */
class CommandHost {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #folder = "";
  #lastId = 0;
  #stderr = "";

  constructor() {
    const program = fileURLToPath(new URL("command-host-program.mjs", import.meta.url));
    this.#child = fork(program, { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    // The test process does not wait for its host, which ends together with the test process.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4_000);
    });
    this.#child.on("message", (answer: Answer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    });
    this.#child.once("exit", (code, signal) => {
      const how = `The host of the commands ended with ${String(code ?? signal)}: ${this.#stderr}`;
      for (const { reject } of this.#waiting.values()) reject(new Error(how));
      this.#waiting.clear();
    });
  }

  /**
   * False while a command runs in another folder, for example a command that a failed test left.
   */
  takes(folder: string): boolean {
    const isAlive = this.#child.connected && this.#child.exitCode === null;
    return isAlive && (this.#waiting.size === 0 || folder === this.#folder);
  }

  async run({ folder, env }: SetUp, given: readonly string[]): Promise<Answer> {
    this.#folder = folder;
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, folder, environment: env, given });
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}

let host: CommandHost | undefined;

/**
 * Runs `ostinato …` in a process that this test process shares among its commands. Fails if the
 * command leaves something open that would keep its own process alive.
 */
export async function runInHost(setUp: SetUp, given: readonly string[]): Promise<CliResult> {
  if (host?.takes(setUp.folder) !== true) {
    host?.end();
    host = new CommandHost();
  }
  const startedAt = now();
  const { code, stdout, stderr, left } = await host.run(setUp, given);
  if (left.length > 0) {
    throw new Error(`ostinato ${given.join(" ")} does not end, because of ${left.join(", ")}.`);
  }
  return { code, stdout, stderr, tookMs: now() - startedAt };
}
