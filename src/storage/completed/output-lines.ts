import { join } from "node:path";

import { defined } from "../../domain/defined.js";
import type { LineEnd } from "../../domain/flow/line.js";
import type { WalkResult } from "../../domain/graph/walk/walk.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { Outcome } from "../../domain/record/outcome.js";
import { invalidOutputLine, outputLine } from "../../domain/record/output-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import type { OrderedLine } from "../index/input-order.js";
import type { OutcomeLine } from "../log/outcome-reader.js";
import type { RunOutcomes } from "../log/run-outcomes.js";
import { invalidGroup } from "../run/run-folder.js";

/** A line of the completed file. */
export interface OutputLine {
  readonly text: string;
  readonly status: Outcome["status"];
  /** Result of the walk, for a row of a pipeline. */
  readonly walk?: WalkResult;
  /** End of the flow's line, for a line of a batch run. */
  readonly line?: LineEnd;
}

/** Yields the output lines of all records with an outcome, in the order of the input. */
export async function* outputLines(run: RunOutcomes): AsyncGenerator<OutputLine, void, undefined> {
  const { directory, readers } = run;
  const blocks = openFileBlocks();
  try {
    for await (const ordered of inInputOrder(directory, [...readers.keys()])) {
      const line = await readOutputLine(run, blocks, ordered);
      if (line) yield line;
    }
  } finally {
    await blocks.close();
  }
}

/** Returns the output line of one record; `undefined` if it has no outcome. */
export async function readOutputLine(
  run: RunOutcomes,
  blocks: FileBlocks,
  { slug, entry }: OrderedLine,
): Promise<OutputLine | undefined> {
  const { manifest, addVerdict, format } = run;
  const outcome = await readOutcome(run, blocks, { slug, position: entry.position });
  if (!outcome) return undefined;
  const input = await blocks.readText(manifest.inputPath, entry.offset, entry.length);
  const whole = slug === invalidGroup && !isObject(input);
  const text = whole
    ? invalidOutputLine({ number: entry.line, text: input }, outcome, format)
    : outputLine(input, outcome, format);
  const isAnswer = outcome.status === "completed";
  const { status, walk, line } = outcome;
  return {
    text: isAnswer && addVerdict ? addVerdict(text) : text,
    status,
    ...defined({ walk, line }),
  };
}

async function readOutcome(
  { directory, readers }: RunOutcomes,
  blocks: FileBlocks,
  { slug, position }: { readonly slug: string; readonly position: number },
): Promise<Outcome | undefined> {
  const place = readers.get(slug)?.table.placeOf(position);
  if (!place) return undefined;
  const text = await blocks.readText(join(directory, place.file), place.offset, place.length);
  // Readers return only the places of outcomes.
  return (JSON.parse(text) as OutcomeLine).outcome;
}

function isObject(text: string): boolean {
  let value: JsonValue;
  try {
    value = parseJsonText(text);
  } catch {
    return false;
  }
  return isJsonObject(value);
}
