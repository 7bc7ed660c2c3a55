import { openFileBlocks } from "../files/file-blocks.js";
import { FilePool } from "../files/file-pool.js";
import { openGroupIndex, openInputOrder } from "../index/group-index.js";
import type { GroupIndex } from "../index/group-index.js";
import { inInputOrder } from "../index/input-order.js";
import type { OrderedLine } from "../index/input-order.js";
import type { LogEntry } from "../log/log-entry.js";
import { createCallLines } from "../log/record-logs.js";
import type { CallLines } from "../log/record-logs.js";
import { readOutputLine } from "../completed/output-lines.js";
import { openOutcomes, refreshOutcomes } from "../log/run-outcomes.js";
import type { RunOutcomes } from "../log/run-outcomes.js";
import type { PlacedLine, RunLines } from "./placed-line.js";
import { RecordPlaces } from "./record-places.js";
import type { RecordPosition } from "./record-places.js";

const mostOpen = 16;
const outcomeKinds: ReadonlySet<LogEntry["kind"]> = new Set(["completed", "failed", "dropped"]);

export async function openLoggedLines(directory: string): Promise<RunLines> {
  return new LoggedLines(await openOutcomes(directory));
}

/** The lines of an unfinished run as its completed file will contain them. */
class LoggedLines implements RunLines {
  readonly expected: number;
  readonly #run: RunOutcomes;
  readonly #blocks = openFileBlocks();
  readonly #files = new FilePool(mostOpen);
  readonly #calls: CallLines;
  readonly #records: RecordPlaces;
  readonly #placesOf = new Map<string, Uint32Array>();
  readonly #indexes = new Map<string, Promise<GroupIndex>>();
  #ended: RecordPosition[] = [];

  constructor(run: RunOutcomes) {
    const { manifest, readers } = run;
    this.expected = manifest.records + manifest.invalid;
    this.#run = run;
    this.#calls = createCallLines(run, this.#blocks);
    this.#records = new RecordPlaces(readers.keys());
    for (const [slug, reader] of readers) {
      reader.watch((file, entry) => {
        this.#calls.note(slug, file, entry);
        if (outcomeKinds.has(entry.kind)) this.#ended.push({ slug, position: entry.position });
      });
    }
  }

  async *read(): AsyncGenerator<PlacedLine, void, undefined> {
    const { directory, readers } = this.#run;
    await refreshOutcomes(this.#run);
    this.#ended = [];
    for (const slug of readers.keys()) {
      const { records } = await openInputOrder(directory, slug, this.#files);
      this.#placesOf.set(slug, new Uint32Array(records));
    }
    let place = 0;
    for await (const ordered of inInputOrder(directory, [...readers.keys()])) {
      const { slug, entry } = ordered;
      this.#records.add({ slug, position: entry.position });
      const places = this.#placesOf.get(slug);
      if (places) places[entry.position] = place;
      const line = await this.#placed(place, ordered);
      if (line) yield line;
      place += 1;
    }
  }

  async changes(): Promise<readonly number[]> {
    await refreshOutcomes(this.#run);
    const ended = this.#ended;
    this.#ended = [];
    // The cached blocks end where their files ended at the last reading.
    if (ended.length > 0) await this.#blocks.close();
    const places = ended.map(({ slug, position }) => this.#placesOf.get(slug)?.[position] ?? 0);
    return [...new Set(places)].sort((a, b) => a - b);
  }

  async textAt(place: number): Promise<string | undefined> {
    return (await this.lineAt(place))?.text;
  }

  async lineAt(place: number): Promise<PlacedLine | undefined> {
    const record = this.#records.at(place);
    const ordered = record && (await this.#orderedAt(record));
    return ordered && (await this.#placed(place, ordered));
  }

  async close(): Promise<void> {
    await this.#blocks.close();
    await this.#files.dropAll();
  }

  async #orderedAt({ slug, position }: RecordPosition): Promise<OrderedLine | undefined> {
    const { directory } = this.#run;
    const index = this.#indexes.get(slug) ?? openGroupIndex(directory, slug, this.#files);
    this.#indexes.set(slug, index);
    const [entry] = await (await index).read(position, 1);
    return entry && { slug, entry };
  }

  async #placed(place: number, ordered: OrderedLine): Promise<PlacedLine | undefined> {
    try {
      return await this.#readPlaced(place, ordered);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // The file grew while a block was read.
      await this.#blocks.close();
      return await this.#readPlaced(place, ordered);
    }
  }

  async #readPlaced(place: number, ordered: OrderedLine): Promise<PlacedLine | undefined> {
    const line = await readOutputLine(this.#run, this.#blocks, ordered);
    const log = (await this.#calls.linesOf(ordered.slug, ordered.entry.position)) ?? [];
    const { length } = log;
    return line && { place, text: line.text, isOneCall: length === 1, log: async () => log };
  }
}
