import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * The names of the state folders of a pipeline with global steps. Each segment is a run in the
 * experiment's folder. The first segment has a name like every run, `.<stamp>`, and the second one
 * `.<stamp>-segment-2`. The first folder represents the whole run: it contains the global steps'
 * rows and the result.
 */
const form = /-segment-(\d+)$/;

/** @param segment index of the segment, starting at 0 */
export function segmentFolder(first: string, segment: number): string {
  return segment === 0 ? first : `${first}-segment-${segment + 1}`;
}

export function firstSegment(directory: string): string {
  return join(dirname(directory), basename(directory).replace(form, ""));
}

/** Returns the index of a segment, starting at 0. */
export function segmentNumber(directory: string): number {
  return Number(form.exec(basename(directory))?.[1] ?? 1) - 1;
}

/** Returns the state folders of a run's segments that have begun, in order. */
export async function segmentFolders(first: string): Promise<readonly string[]> {
  const names = await readdir(dirname(first));
  const others = names
    .filter((name) => form.test(name) && name.replace(form, "") === basename(first))
    .map((name) => join(dirname(first), name));
  return [first, ...others.sort((a, b) => segmentNumber(a) - segmentNumber(b))];
}
