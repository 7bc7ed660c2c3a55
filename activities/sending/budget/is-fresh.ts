export interface Read<Value> {
  readonly value: Value;
  /** Time at which the reading began, on this machine's clock. */
  readonly atMs: number;
}

export function isFresh<Value>(
  read: Read<Value> | undefined,
  sinceMs: number,
): read is Read<Value> {
  return read !== undefined && read.atMs > sinceMs;
}
