import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { errorText } from "../../domain/failure/error-text.js";
import { lineCutter } from "./json-lines.js";
import { readLine } from "./protocol.js";
import type { ToExecutor } from "./protocol.js";
import type { OpenTransport, Transport, TransportEvents, TransportLoss } from "./transport.js";

export interface ExecutorProgram {
  /** The program, for messages. */
  readonly label: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Advice to a user who has no such program. */
  readonly hint: string;
  /** The same where a shell starts it, which then ends with exit code 127. @default none */
  readonly shellHint?: string;
}

/** A child that has its stdin closed gets this time to end by itself. */
const endMs = 300;
/** The last output of a child that has ended may come later than its end. */
const lastOutputMs = 200;
const mostTail = 2000;

/** Children that live: a worker process that ends takes them along. */
const living = new Set<number>();

process.on("exit", () => {
  for (const pid of living) kill(pid);
});

/** Executors that are child processes. They read messages on stdin and write theirs on stdout. */
export function processTransport(program: ExecutorProgram): OpenTransport {
  return { label: program.label, open: (events) => new ProcessTransport(program, events) };
}

class ProcessTransport implements Transport {
  readonly #program: ExecutorProgram;
  readonly #events: TransportEvents;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #hasEnded: Promise<void>;
  /** The end of its stderr, for the message of a crash. */
  #tail = "";
  #isOver = false;

  constructor(program: ExecutorProgram, events: TransportEvents) {
    this.#program = program;
    this.#events = events;
    this.#child = spawn(program.command, program.arguments, {
      cwd: program.folder,
      env: program.environment,
      stdio: "pipe",
      // A group of its own: its own children end with it, and Ctrl-C reaches the run alone.
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
    // Its end says all that there is to say.
    stdin.on("error", () => undefined);
    stdout.setEncoding("utf8").on(
      "data",
      lineCutter((line) => this.#read(line)),
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
        // Its own children may live on.
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

/** Kills a child with the children that it has started. */
function kill(pid: number): void {
  living.delete(pid);
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended before.
  }
}
