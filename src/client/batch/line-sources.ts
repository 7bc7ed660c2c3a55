import { dirname, resolve } from "node:path";

import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import { isPromptflowRun, promptflowRows } from "../../storage/batch/promptflow-run.js";
import { runRowsOf } from "../../storage/batch/run-rows.js";
import type { RunRows } from "../../storage/batch/run-rows.js";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import { withMediaPaths } from "../../storage/rows/media-paths.js";
import { readRowFile } from "../../storage/rows/read-rows.js";
import { rowFiles } from "../../storage/rows/row-files.js";
import { spoolRows } from "../../storage/rows/spool-rows.js";
import { isFlowFolder } from "./is-flow-folder.js";

/** A source that can be read several times. */
export interface LineSource {
  readonly name: string;
  readonly rows: () => AsyncIterable<JsonObject>;
  /** Removes the source's temporary files. */
  readonly close?: () => Promise<void>;
}

/** A file, a folder, the name of an earlier run, or rows. */
export type GivenSource = string | Iterable<JsonObject> | AsyncIterable<JsonObject>;

export interface SourcePlaces {
  /** Folder for relative paths. */
  readonly folder: string;
  /** The output folder with earlier runs. */
  readonly output: string;
}

/**
 * Opens the sources of a batch run. A text is the path of a file or folder, otherwise the name of a
 * run. A source `run` that names a run becomes two sources, `run.inputs` and `run.outputs`. Throws
 * a `UserError` for a text that is neither a path nor a run.
 *
 * @param onWarning called with sentences about ignored files
 */
export async function openLineSources(
  given: Readonly<Record<string, GivenSource>>,
  places: SourcePlaces,
  onWarning: (warning: string) => void,
): Promise<readonly LineSource[]> {
  const sources: LineSource[] = [];
  for (const [name, source] of Object.entries(given)) {
    if (typeof source === "string") {
      sources.push(...(await openPlace(name, source, { ...places, onWarning })));
    } else {
      // Rows from code may be readable only once.
      sources.push({ name, ...(await spoolRows(source)) });
    }
  }
  return sources;
}

interface OpenContext extends SourcePlaces {
  readonly onWarning: (warning: string) => void;
}

async function openPlace(
  name: string,
  place: string,
  { folder, output, onWarning }: OpenContext,
): Promise<readonly LineSource[]> {
  const path = resolve(folder, place);
  const isFolder = (await statIfThere(path))?.isDirectory();
  if (isFolder === undefined) return ofRun(name, await runOf(name, place, output));
  // A run often has the name of its flow's folder, and stands beside that folder.
  const run = isFolder && (await isFlowFolder(path)) && (await runRowsOf({ output }, place));
  if (run) return ofRun(name, run);
  if (isFolder && (await isPromptflowRun(path))) return ofRun(name, promptflowRows(path));
  let isTold = false;
  const onOthers = (others: readonly string[]): void => {
    if (!isTold) onWarning(ignoredFiles(path, others));
    isTold = true;
  };
  return [{ name, rows: () => rowsAt(path, onOthers) }];
}

async function runOf(name: string, place: string, output: string): Promise<RunRows> {
  const run = await runRowsOf({ output }, place);
  if (run) return run;
  throw new UserError(
    `Expected a file, a folder or a finished batch run as the source "${name}", found nothing called ${JSON.stringify(place)}. Check the path, or list the runs with \`ostinato list\`.`,
  );
}

function ofRun(name: string, { inputs, outputs }: RunRows): readonly LineSource[] {
  return [
    { name: `${name}.inputs`, rows: inputs },
    { name: `${name}.outputs`, rows: outputs },
  ];
}

/**
 * Yields rows as they are. Cells of CSV files stay text, because the type of an input decides how
 * they are parsed.
 */
async function* rowsAt(
  path: string,
  onOthers: (others: readonly string[]) => void,
): AsyncGenerator<JsonObject, void, undefined> {
  for (const file of await rowFiles(path, onOthers)) {
    const folder = dirname(file.path);
    for await (const row of readRowFile(file, { cells: "text" })) yield withMediaPaths(row, folder);
  }
}

function ignoredFiles(folder: string, others: readonly string[]): string {
  const few = others.slice(0, 3).map((path) => JSON.stringify(path));
  const more = others.length > few.length ? ` and ${others.length - few.length} more` : "";
  return `Files of other formats in ${JSON.stringify(folder)} are ignored: ${few.join(", ")}${more}.`;
}
