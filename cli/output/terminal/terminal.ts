import type { Keyboard } from "./read-keys.js";
import type { Screen } from "./screen.js";
import { screenOf } from "./screen.js";

/** The environment of a command. Data goes to stdout, messages to stderr. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Words after `ostinato`, if a person has called it. */
  readonly commandLine?: readonly string[];
  /** Path of the current folder. */
  readonly folder: string;
  /** Writes a line to stdout. Resolves when more can be written. */
  readonly data: (line: string) => Promise<void>;
  /** Writes text or bytes to stdout unchanged. Resolves when more can be written. */
  readonly write: (piece: string | Uint8Array) => Promise<void>;
  /** Writes a line to stderr. */
  readonly talk: (line: string) => void;
  readonly dataScreen: Screen;
  readonly talkStream: NodeJS.WriteStream;
  readonly talkScreen: Screen;
  /** Reads single keys, if stdin is a terminal. */
  readonly keyboard?: Keyboard;
  /** Asks for a line, if stdin is a terminal. */
  readonly ask?: (question: string) => Promise<string>;
  /** Data on stdin, if it is not a terminal. */
  readonly input?: NodeJS.ReadableStream;
}

/** Returns the current screen for messages, because a user may change the window's size. */
export function currentScreen({ talkStream, talkScreen, environment }: Terminal): Screen {
  return talkScreen.isTerminal ? screenOf(talkStream, environment) : talkScreen;
}

export function processTerminal(): Terminal {
  // `ostinato results pilot | head` closes the pipe early, which is not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  return {
    environment: process.env,
    folder: process.cwd(),
    commandLine: process.argv.slice(2),
    data: (line) => write(process.stdout, `${line}\n`),
    write: (piece) => write(process.stdout, piece),
    talk: (line) => void process.stderr.write(`${line}\n`),
    dataScreen: screenOf(process.stdout, process.env),
    talkStream: process.stderr,
    talkScreen: screenOf(process.stderr, process.env),
    ...(process.stdin.isTTY
      ? { keyboard: process.stdin, ask: (question) => askOnTerminal(question) }
      : { input: process.stdin }),
  };
}

async function askOnTerminal(question: string): Promise<string> {
  // The module is loaded here, because most commands ask nothing.
  const { askLine } = await import("./ask-line.js");
  return await askLine(process.stdin, process.stderr, question);
}

async function write(stream: NodeJS.WriteStream, piece: string | Uint8Array): Promise<void> {
  if (stream.write(piece)) return;
  await new Promise<void>((resolve) => stream.once("drain", resolve));
}
