import { join } from "node:path";

import type { LogLine } from "../../domain/record/log-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { listLogFiles } from "./log-files.js";
import { followLog } from "./log-tail.js";
import type { LinePlace } from "./open/open-chats.js";

export interface RecordPlace {
  readonly slug: string;
  readonly position: number;
}

/** Returns all lines of the log about one record, by the time at which they were written. */
export async function readLifeLines(
  directory: string,
  place: RecordPlace,
  blocks: FileBlocks,
): Promise<readonly LogLine[]> {
  const [lines = []] = await readLivesLines(directory, [place], blocks);
  return lines;
}

/** Returns the lines of several records like `readLifeLines`. Reads each log once. */
export async function readLivesLines(
  directory: string,
  records: readonly RecordPlace[],
  blocks: FileBlocks,
): Promise<readonly (readonly LogLine[])[]> {
  const found = records.map((): LinePlace[] => []);
  for (const slug of new Set(records.map((record) => record.slug))) {
    const lists = new Map(
      records.flatMap((record, at) =>
        record.slug === slug ? [[record.position, at] as const] : [],
      ),
    );
    for (const file of await listLogFiles(directory, slug)) {
      await followLog(directory, file).read(({ position, offset, length }) => {
        const at = lists.get(position);
        if (at !== undefined) found[at]?.push({ file, offset, length });
      });
    }
  }
  return Promise.all(found.map(async (places) => readLines(directory, places, blocks)));
}

async function readLines(
  directory: string,
  places: readonly LinePlace[],
  blocks: FileBlocks,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (const { file, offset, length } of places) {
    // The places of the log contain lines of the log.
    lines.push(JSON.parse(await blocks.readText(join(directory, file), offset, length)) as LogLine);
  }
  return lines.sort((one, other) => one.finishedAt - other.finishedAt);
}
