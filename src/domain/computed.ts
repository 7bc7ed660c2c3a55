/** The part of a `Map` or a `WeakMap` that a computed value needs. */
interface Known<Key, Value> {
  readonly get: (key: Key) => Value | undefined;
  readonly set: (key: Key, value: Value) => unknown;
}

/** Returns the value of a key. The value is computed at its first use and kept. */
export function computed<Key, Value>(known: Known<Key, Value>, key: Key, make: () => Value): Value {
  const present = known.get(key);
  if (present !== undefined) return present;
  const made = make();
  known.set(key, made);
  return made;
}

/**
 * Returns the value of a key like `computed`, for a promise. A failure is not kept, so the next use
 * computes the value again.
 */
export async function computedOnce<Key, Value>(
  known: Known<Key, Promise<Value>> & { readonly delete: (key: Key) => unknown },
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  return computed(known, key, () => {
    const made = make();
    made.catch(() => known.delete(key));
    return made;
  });
}
