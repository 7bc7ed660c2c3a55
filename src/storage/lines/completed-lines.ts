import type { LogLine } from "../../domain/record/log-line.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import { readInputLines } from "../input/input-lines.js";
import { readCallLines } from "../log/record-logs.js";
import { readOutcomes } from "../log/run-outcomes.js";
import type { RunOutcomes } from "../log/run-outcomes.js";
import { runPaths } from "../run/run-folder.js";
import { grownTo } from "./growing.js";
import { RecordPlaces } from "./record-places.js";
import type { RecordPosition } from "./record-places.js";
import type { LineSpan, PlacedLine, RunLines } from "./placed-line.js";

/** The lines of a completed file. Keeps 18 bytes per line in memory. */
export async function openCompletedLines(directory: string): Promise<RunLines> {
  const { completed } = runPaths(directory);
  const run = await readOutcomes(directory);
  const blocks = openFileBlocks();
  const calls = await readCallLines(run, blocks);
  const records = new RecordPlaces(run.readers.keys());
  let offsets = new Float64Array();
  let lengths = new Uint32Array();
  const spanOf = (place: number): LineSpan => ({
    offset: offsets[place] ?? 0,
    length: lengths[place] ?? 0,
  });
  const logOf = async (record: RecordPosition | undefined): Promise<readonly LogLine[]> =>
    (record && (await calls.linesOf(record.slug, record.position))) ?? [];
  const textAt = async (place: number): Promise<string | undefined> => {
    const { offset, length } = spanOf(place);
    return length === 0 ? undefined : await blocks.readText(completed, offset, length);
  };
  return {
    completedFile: completed,
    expected: run.manifest.records + run.manifest.invalid,
    async *read(): AsyncGenerator<PlacedLine, void, undefined> {
      const ended = endedRecords(run);
      let place = 0;
      try {
        for await (const { offset, length, text } of readInputLines(completed)) {
          const { value: record } = await ended.next();
          if (record) records.add(record);
          offsets = grownTo(offsets, place);
          lengths = grownTo(lengths, place);
          offsets[place] = offset;
          lengths[place] = length;
          yield { place, text, log: await logOf(record ?? undefined) };
          place += 1;
        }
      } finally {
        await ended.return();
      }
    },
    changes: () => Promise.resolve([]),
    textAt,
    async lineAt(place) {
      const text = await textAt(place);
      return text === undefined ? undefined : { place, text, log: await logOf(records.at(place)) };
    },
    spanOf,
    close: blocks.close,
  };
}

/** The records that have a line in the completed file, in its order. */
async function* endedRecords({
  directory,
  readers,
}: RunOutcomes): AsyncGenerator<RecordPosition, void, undefined> {
  for await (const { slug, entry } of inInputOrder(directory, [...readers.keys()])) {
    const { position } = entry;
    if (readers.get(slug)?.table.placeOf(position)) yield { slug, position };
  }
}
