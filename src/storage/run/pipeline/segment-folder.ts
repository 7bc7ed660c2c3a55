import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * The state folders of a pipeline with global steps. Each segment is a run of its own in the
 * experiment's folder: the first one as every run, `.<stamp>`, the second one `.<stamp>-segment-2`.
 * The first one stands for the whole run: it has the global steps' rows and the result.
 */
const form = /-segment-(\d+)$/;

/** @param segment from 0 */
export function segmentFolder(first: string, segment: number): string {
  return segment === 0 ? first : `${first}-segment-${segment + 1}`;
}

export function firstSegment(directory: string): string {
  return join(dirname(directory), basename(directory).replace(form, ""));
}

/** The number of a segment, from 0. */
export function segmentNumber(directory: string): number {
  return Number(form.exec(basename(directory))?.[1] ?? 1) - 1;
}

/** The state folders of a run's segments that have begun, in their order. */
export async function segmentFolders(first: string): Promise<readonly string[]> {
  const names = await readdir(dirname(first));
  const others = names
    .filter((name) => form.test(name) && name.replace(form, "") === basename(first))
    .map((name) => join(dirname(first), name));
  return [first, ...others.sort((a, b) => segmentNumber(a) - segmentNumber(b))];
}
