/**
 * Returns the id of a task on the wire: the run's id, then `#` and a number that is unique in the
 * pool.
 */
export function wireId(id: string, number: number): string {
  return `${id}#${number}`;
}

export function numberOf(wire: string): number {
  return Number(wire.slice(wire.lastIndexOf("#") + 1));
}
