import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { errorText } from "../../domain/failure/error-text.js";
import { cutJsonLines } from "./json-lines.js";
import { readLine } from "./protocol.js";
import type { ToExecutor } from "./protocol.js";
import type { OpenTransport, Transport, TransportEvents, TransportLoss } from "./transport.js";

export interface ExecutorProgram {
  /** Name of the program, for messages. */
  readonly label: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Advice for a user without this program. */
  readonly hint: string;
  /**
   * Advice for a program that a shell starts. The shell ends with exit code 127 if it does not find
   * the program. @default none
   */
  readonly shellHint?: string;
}

/** Time in ms that a child has to end by itself after its stdin is closed. */
const endMs = 300;
/** Time in ms for which the last output of an ended child is awaited. */
const lastOutputMs = 200;
const mostTail = 2000;

/** Pids of the running children. A worker process that ends stops them too. */
const living = new Set<number>();

process.on("exit", () => {
  for (const pid of living) kill(pid);
});

/**
 * Starts executors that are child processes. They read messages on stdin and write their own
 * messages on stdout.
 */
export function processTransport(program: ExecutorProgram): OpenTransport {
  return { label: program.label, open: (events) => new ProcessTransport(program, events) };
}

class ProcessTransport implements Transport {
  readonly #program: ExecutorProgram;
  readonly #events: TransportEvents;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #hasEnded: Promise<void>;
  /** End of the child's stderr, for the message of a crash. */
  #tail = "";
  #isOver = false;

  constructor(program: ExecutorProgram, events: TransportEvents) {
    this.#program = program;
    this.#events = events;
    this.#child = spawn(program.command, program.arguments, {
      cwd: program.folder,
      env: program.environment,
      stdio: "pipe",
      // The child gets its own process group. Its own children end with it, and Ctrl-C reaches only
      // the run.
      detached: true,
    });
    const { pid } = this.#child;
    if (pid !== undefined) living.add(pid);
    this.#hasEnded = this.#watch();
  }

  send(messages: readonly ToExecutor[]): void {
    this.#child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    const { pid } = this.#child;
    if (pid === undefined || !living.has(pid)) return;
    this.#child.stdin.end();
    const timer = setTimeout(() => kill(pid), endMs);
    await this.#hasEnded;
    clearTimeout(timer);
  }

  async #watch(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    // The end of the child is reported anyway.
    stdin.on("error", () => undefined);
    stdout.setEncoding("utf8").on(
      "data",
      cutJsonLines((line) => this.#read(line)),
    );
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#tail = (this.#tail + text).slice(-mostTail);
      this.#events.onOutput(text);
    });
    return new Promise((resolve) => {
      let hasEnded = false;
      const ended = (loss: TransportLoss): void => {
        if (hasEnded) return;
        hasEnded = true;
        const { pid } = this.#child;
        // Its own children may still be running.
        if (pid !== undefined) kill(pid);
        resolve();
        this.#lose(loss);
      };
      this.#child.on("error", (error) => {
        const isMissing = "code" in error && error.code === "ENOENT";
        const message = isMissing
          ? `can't be found. ${this.#program.hint}`
          : `can't be started: ${errorText(error)}`;
        ended({ message });
      });
      this.#child.on("exit", (code, signal) => {
        const { shellHint } = this.#program;
        const isMissing = code === 127 && shellHint !== undefined;
        const ending = isMissing
          ? `can't be found. ${shellHint}`
          : `ended with exit code ${code ?? 0}`;
        const how = signal === null ? ending : `ended by ${signal}`;
        const tell = (): void => ended({ message: how, output: this.#lastOutput() });
        const timer = setTimeout(tell, lastOutputMs);
        this.#child.on("close", () => {
          clearTimeout(timer);
          tell();
        });
      });
    });
  }

  #read(line: string): void {
    if (this.#isOver) return;
    try {
      this.#events.onMessage(readLine(line));
    } catch (error) {
      this.#lose({ message: `wrote an invalid message to stdout: ${errorText(error)}` });
    }
  }

  #lastOutput(): string {
    return this.#tail.trim().split("\n").slice(-mostTailLines).join("\n").trim();
  }

  #lose(loss: TransportLoss): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onLost(loss);
  }
}

const mostTailLines = 5;

/** Kills a child and the children that it has started. */
function kill(pid: number): void {
  living.delete(pid);
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The child has already ended.
  }
}
