import { readdir } from "node:fs/promises";

/**
 * True for a folder with a flow, which contains no rows. A run often has the name of its flow's
 * folder.
 */
export async function isFlowFolder(path: string): Promise<boolean> {
  const names = await readdir(path);
  return names.some((name) => /^flow\.(?:(?:dag|flex|chat)\.)?ya?ml$/.test(name));
}
