/** The kinds of results that user code gives. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && "then" in value && typeof value.then === "function";
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return isObject(value) && Symbol.asyncIterator in value;
}

/** True for a generator. Texts and lists are values, although they are iterable. */
export function isGenerator(value: unknown): value is Iterable<unknown> {
  return isObject(value) && !Array.isArray(value) && Symbol.iterator in value && "next" in value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
