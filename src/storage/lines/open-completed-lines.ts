import { openFileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import { readInputLines } from "../input/input-lines.js";
import type { LinePlace } from "../log/open/open-chats.js";
import { createCallLines, readLogLines } from "../log/record-logs.js";
import { openOutcomes, refreshOutcomes } from "../log/run-outcomes.js";
import { readManifest, runPaths } from "../run/run-folder.js";
import type { SavedParts } from "./array-file.js";
import { grownTo } from "./grown-to.js";
import { LogPlaces } from "./log-places.js";
import type { LineSpan, PlacedLine, RunLines } from "./placed-line.js";

export async function openCompletedLines(directory: string): Promise<RunLines> {
  const { records, invalid } = await readManifest(directory);
  return new CompletedLines(directory, records + invalid);
}

/** The lines of a completed file. Keeps about 30 bytes per line in memory. */
class CompletedLines implements RunLines {
  readonly expected: number;
  readonly file;
  readonly #directory: string;
  readonly #blocks = openFileBlocks();
  readonly #logs = new LogPlaces();
  #offsets = new Float64Array();
  #lengths = new Uint32Array();
  #lines = 0;

  constructor(directory: string, expected: number) {
    this.expected = expected;
    this.#directory = directory;
    const spanOf = (place: number): LineSpan => ({
      offset: this.#offsets[place] ?? 0,
      length: this.#lengths[place] ?? 0,
    });
    this.file = { path: runPaths(directory).completed, spanOf };
  }

  async *read(): AsyncGenerator<PlacedLine, void, undefined> {
    const logs = loggedPlaces(this.#directory);
    try {
      for await (const { offset, length, text } of readInputLines(this.file.path)) {
        const place = this.#lines;
        const { value: places } = await logs.next();
        this.#logs.add(places ?? []);
        this.#offsets = grownTo(this.#offsets, place);
        this.#lengths = grownTo(this.#lengths, place);
        this.#offsets[place] = offset;
        this.#lengths[place] = length;
        this.#lines += 1;
        yield this.#placed(place, text, (places ?? []).length);
      }
    } finally {
      await logs.return();
    }
  }

  changes(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }

  async textAt(place: number): Promise<string | undefined> {
    const { offset, length } = this.file.spanOf(place);
    return length === 0 ? undefined : await this.#blocks.readText(this.file.path, offset, length);
  }

  async lineAt(place: number): Promise<PlacedLine | undefined> {
    const text = await this.textAt(place);
    return text === undefined ? undefined : this.#placed(place, text, this.#logs.at(place).length);
  }

  save(): SavedParts {
    const offsets = this.#offsets.subarray(0, this.#lines);
    const lengths = this.#lengths.subarray(0, this.#lines);
    return {
      lines: { facts: { lines: this.#lines }, arrays: { offsets, lengths } },
      logs: this.#logs.save(),
    };
  }

  restore({ lines, logs }: SavedParts): void {
    if (!lines || !logs) throw new Error("Expected the places of lines and of their logs.");
    // The facts are ours: only `save` writes them.
    this.#lines = (lines.facts as { lines: number }).lines;
    this.#offsets = lines.arrays["offsets"] as Float64Array<ArrayBuffer>;
    this.#lengths = lines.arrays["lengths"] as Uint32Array<ArrayBuffer>;
    this.#logs.restore(logs);
  }

  async close(): Promise<void> {
    await this.#blocks.close();
  }

  #placed(place: number, text: string, logLines: number): PlacedLine {
    const log: PlacedLine["log"] = async () =>
      readLogLines(this.#logs.at(place), this.#directory, this.#blocks);
    return { place, text, isOneCall: logLines === 1, log };
  }
}

/** Yields the places of the log lines for each line of the completed file, in its order. */
async function* loggedPlaces(
  directory: string,
): AsyncGenerator<readonly LinePlace[], void, undefined> {
  const run = await openOutcomes(directory);
  const blocks = openFileBlocks();
  const calls = createCallLines(run, blocks);
  for (const [slug, reader] of run.readers) {
    reader.watch((file, entry) => calls.note(slug, file, entry));
  }
  await refreshOutcomes(run);
  for await (const { slug, entry } of inInputOrder(directory, [...run.readers.keys()])) {
    const places = calls.placesOf(slug, entry.position);
    if (places) yield places;
  }
}
