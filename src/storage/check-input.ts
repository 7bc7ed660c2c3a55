import type { CheckedInput, ScanOptions } from "./scan-input.js";
import { scanInput } from "./scan-input.js";

export type { CheckedInput } from "./scan-input.js";

/**
 * Checks an input file whole, before anything is moved or started.
 *
 * Throws a `UserError` for a file that can't be run; it names the first invalid lines and what is wrong with each.
 */
export async function checkInput(path: string, options: ScanOptions): Promise<CheckedInput> {
  return scanInput(path, options, () => undefined);
}
