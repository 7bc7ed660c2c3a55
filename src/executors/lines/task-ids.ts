/**
 * Ids of tasks on the wire: the id that the run gave, then `#` and a number that no other task of
 * the pool has.
 */
export function wireId(id: string, number: number): string {
  return `${id}#${number}`;
}

export function numberOf(wire: string): number {
  return Number(wire.slice(wire.lastIndexOf("#") + 1));
}
