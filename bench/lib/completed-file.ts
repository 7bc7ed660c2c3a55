import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { SetUp } from "./set-up.js";
import { waitUntil } from "./wait-until.js";

/** A completed file compared with its input. */
export interface CompletedFile {
  readonly path: string;
  readonly lines: number;
  readonly completed: number;
  readonly failed: number;
  /** Number of records of the input without a line. */
  readonly lost: number;
  /** Number of additional lines of records after their first. */
  readonly twice: number;
  readonly inInputOrder: boolean;
  /** Number of completed lines whose response is not the answer to their own prompt. */
  readonly wrongAnswers: number;
}

/** Returns the path of the completed file; `undefined` while the experiment has none. */
export async function findCompleted(setUp: SetUp, name: string): Promise<string | undefined> {
  const folder = join(setUp.dataFolder, "output", name);
  const files = await readdir(folder).catch(() => []);
  const found = files.filter((file) => file.endsWith(`-completed-${name}.jsonl`)).sort();
  const last = found.at(-1);
  return last === undefined ? undefined : join(folder, last);
}

export async function waitForCompleted(
  setUp: SetUp,
  name: string,
  timeoutMs: number,
): Promise<string> {
  const what = `a completed file of ${name}`;
  return waitUntil(() => findCompleted(setUp, name), { what, timeoutMs, everyMs: 250 });
}

/** Reads the completed file of an experiment whose markers start at `firstId`. */
export async function readCompleted(
  path: string,
  { records, firstId = 0 }: { readonly records: number; readonly firstId?: number },
): Promise<CompletedFile> {
  const seen = new Set<number>();
  const counts = { lines: 0, completed: 0, failed: 0, twice: 0, wrongAnswers: 0 };
  let inInputOrder = true;
  let previous = Number.NEGATIVE_INFINITY;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { id, status, isOwnAnswer } = readLine(line);
    counts.lines += 1;
    counts[status] += 1;
    if (seen.has(id)) counts.twice += 1;
    if (status === "completed" && !isOwnAnswer) counts.wrongAnswers += 1;
    inInputOrder &&= id > previous;
    previous = id;
    seen.add(id);
  }
  const ids = Array.from({ length: records }, (_, index) => firstId + index);
  return { path, ...counts, inInputOrder, lost: ids.filter((id) => !seen.has(id)).length };
}

interface Line {
  readonly id: number;
  readonly status: "completed" | "failed";
  readonly isOwnAnswer: boolean;
}

function readLine(line: string): Line {
  const record = JSON.parse(line) as {
    prompt: string | [string, ...string[]];
    status: unknown;
    response: unknown;
  };
  const { prompt, response } = record;
  const id = Number.parseInt((typeof prompt === "string" ? prompt : prompt[0]).slice(1), 10);
  if (record.status !== "completed" && record.status !== "failed") {
    throw new Error(`A line of a completed file has no status: ${line.slice(0, 200)}`);
  }
  return { id, status: record.status, isOwnAnswer: isAnswerTo(id, response) };
}

/** True if a response is the answer to a prompt. A chat has a list of answers. */
function isAnswerTo(id: number, response: unknown): boolean {
  const answers: unknown[] = Array.isArray(response) ? response : [response];
  return answers.every((answer) => answer === `answer to #${id}`);
}

/** Returns the expected result for a sound file, for comparison. */
export function soundResult(path: string, records: number): CompletedFile {
  return {
    path,
    lines: records,
    completed: records,
    failed: 0,
    lost: 0,
    twice: 0,
    inInputOrder: true,
    wrongAnswers: 0,
  };
}
