import { appendFile } from "node:fs/promises";
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import { jsonLine, parseJsonText } from "../../domain/json/json-text.js";
import { isThere } from "../files/is-there.js";
import { readInputLines } from "../input/input-lines.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";

/** A text that the code of a flow has printed or logged. */
export interface CodeText {
  /** Number of the line. Absent for an aggregation. */
  readonly line?: number;
  /** Node of the flow, or the flow itself if it is code. */
  readonly node: string;
  readonly text: string;
}

/**
 * Appends the output of the code of a run's lines to the run's code log. Several processes may
 * append to it.
 */
export class CodeLog {
  readonly #path: string;
  #written: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  add({ line, node, text }: CodeText): void {
    const time = new Date().toISOString();
    const entry = `${jsonLine({ time, ...defined({ line_number: line }), node, text })}\n`;
    this.#written = this.#written.then(async () => appendFile(this.#path, entry)).catch(ignored);
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    await this.#written;
  }
}

/** Ignores an error. No line fails because its log cannot be written, e.g. on a full disk. */
function ignored(): void {
  return undefined;
}

/** Returns the output of the code for one line of a run, in the order of time. */
export async function readCodeLog(path: string, line: number): Promise<readonly CodeText[]> {
  if (!(await isThere(path))) return [];
  const texts: CodeText[] = [];
  for await (const { text: json } of withoutTornEnd(readInputLines(path))) {
    const entry = parseJsonText(json);
    if (!isJsonObject(entry) || entry["line_number"] !== line) continue;
    const { node, text } = entry;
    if (typeof node === "string" && typeof text === "string") texts.push({ line, node, text });
  }
  return texts;
}
