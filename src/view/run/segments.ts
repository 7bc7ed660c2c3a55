import { openRunLines } from "../../storage/lines/run-lines.js";
import type { SavedParts } from "../../storage/lines/array-file.js";
import type { LineFile, PlacedLine, RunLines } from "../../storage/lines/placed-line.js";
import { isThere } from "../../storage/files/is-there.js";
import { findManifest, runPaths } from "../../storage/run/run-folder.js";
import { segmentFolders } from "../../storage/run/pipeline/segment-folder.js";

/** The lines of a run. The lines of a pipeline's segments follow each other. */
export interface Segments {
  readonly expected: number;
  readonly read: () => AsyncGenerator<PlacedLine, void, undefined>;
  readonly changes: () => Promise<readonly number[]>;
  readonly textAt: (place: number) => Promise<string | undefined>;
  readonly lineAt: (place: number) => Promise<PlacedLine | undefined>;
  /** Returns the completed file, if it contains all lines. */
  readonly file: () => LineFile | undefined;
  /** Returns the places of the lines, if one completed file contains all lines. */
  readonly save: () => SavedParts | undefined;
  /** Uses saved places instead of reading. */
  readonly restore: (parts: SavedParts) => void;
  /** True if a segment has begun or finished since the opening. */
  readonly areOthers: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

interface Part {
  readonly lines: RunLines;
  /** Place of the segment's first line. */
  first: number;
}

export async function openSegments(directory: string): Promise<Segments> {
  const opened = await stateOf(directory);
  const parts: Part[] = [];
  for (const segment of await preparedSegments(directory)) {
    parts.push({ lines: await openRunLines(segment), first: Infinity });
  }
  const partOf = (place: number): Part | undefined => parts.findLast(({ first }) => first <= place);
  const only = (): Part | undefined => (parts.length === 1 ? parts[0] : undefined);
  return {
    expected: parts.reduce((sum, { lines }) => sum + lines.expected, 0),
    async *read() {
      let first = 0;
      for (const part of parts) {
        part.first = first;
        let last = -1;
        for await (const line of part.lines.read()) {
          last = line.place;
          yield { ...line, place: first + line.place };
        }
        first += part.lines.file ? last + 1 : part.lines.expected;
      }
    },
    async changes() {
      const places: number[] = [];
      for (const { lines, first } of parts) {
        for (const place of await lines.changes()) places.push(first + place);
      }
      return places;
    },
    async textAt(place) {
      const part = partOf(place);
      return await part?.lines.textAt(place - part.first);
    },
    async lineAt(place) {
      const part = partOf(place);
      const line = await part?.lines.lineAt(place - part.first);
      return line && { ...line, place };
    },
    file: () => only()?.lines.file,
    save: () => only()?.lines.save?.(),
    restore(saved) {
      const part = only();
      if (!part) return;
      part.first = 0;
      part.lines.restore?.(saved);
    },
    areOthers: async () => (await stateOf(directory)) !== opened,
    async close() {
      for (const { lines } of parts) await lines.close();
    },
  };
}

async function preparedSegments(directory: string): Promise<readonly string[]> {
  const segments: string[] = [];
  for (const segment of await segmentFolders(directory)) {
    if (await findManifest(segment)) segments.push(segment);
  }
  return segments;
}

/** Returns a text that changes when a segment is prepared or finished, and when the run ends. */
async function stateOf(directory: string): Promise<string> {
  const marks: string[] = [];
  for (const segment of await preparedSegments(directory)) {
    const { completed, result } = runPaths(segment);
    marks.push(`${segment} ${await isThere(completed)} ${await isThere(result)}`);
  }
  return marks.join("\n");
}
