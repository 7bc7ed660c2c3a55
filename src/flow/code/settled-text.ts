import { isAsyncIterable, isGenerator, isThenable } from "../../pipeline/code/result-kinds.js";

/**
 * Returns the result of a user's code, or a promise of it. The parts that a generator yields are
 * joined to text.
 */
export function settledText(result: unknown): unknown {
  if (isThenable(result)) return Promise.resolve(result).then(settledText);
  if (isAsyncIterable(result)) return joined(result);
  return isGenerator(result) ? [...result].map(String).join("") : result;
}

async function joined(parts: AsyncIterable<unknown>): Promise<string> {
  let text = "";
  for await (const part of parts) text += String(part);
  return text;
}
