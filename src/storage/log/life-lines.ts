import { join } from "node:path";

import type { LogLine } from "../../domain/record/log-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { listLogFiles } from "./log-files.js";
import { followLog } from "./log-tail.js";
import type { LinePlace } from "./open-chats.js";

interface RecordPlace {
  readonly slug: string;
  readonly position: number;
}

/** All lines of the log about one record, by the time at which they were written. */
export async function readLifeLines(
  directory: string,
  { slug, position }: RecordPlace,
  blocks: FileBlocks,
): Promise<readonly LogLine[]> {
  const places: LinePlace[] = [];
  for (const file of await listLogFiles(directory, slug)) {
    await followLog(directory, file).read((entry) => {
      const { offset, length } = entry;
      if (entry.position === position) places.push({ file, offset, length });
    });
  }
  const lines: LogLine[] = [];
  for (const { file, offset, length } of places) {
    // Places of the log have lines of the log.
    lines.push(JSON.parse(await blocks.readText(join(directory, file), offset, length)) as LogLine);
  }
  return lines.sort((one, other) => one.finishedAt - other.finishedAt);
}
