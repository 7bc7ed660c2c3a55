import { open, rename, rm } from "node:fs/promises";
import { pageEnds } from "../../report/html/report-html.js";
import { readBuiltPage } from "./built-page.js";

/**
 * Writes a page with its blocks of data, and renames it to its final name at the end.
 *
 * @param fill writes the blocks
 */
export async function writePageFile(
  path: string,
  title: string,
  fill: (write: (html: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const [head, tail] = pageEnds(await readBuiltPage(), title);
  const unfinished = `${path}.${process.pid}.tmp`;
  const file = await open(unfinished, "w");
  const write = async (html: string): Promise<void> => {
    if (html !== "") await file.write(html);
  };
  try {
    await write(head);
    await fill(write);
    await write(tail);
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}
