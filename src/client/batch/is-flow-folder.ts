import { readdir } from "node:fs/promises";

/** True for the folder of a flow, which has no rows. Its run often has the same name. */
export async function isFlowFolder(path: string): Promise<boolean> {
  const names = await readdir(path);
  return names.some((name) => /^flow\.(?:(?:dag|flex|chat)\.)?ya?ml$/.test(name));
}
