/**
 * Calls that were started and have not ended, by the log's word. A call's start and its end are in one file, since a call
 * belongs to its process: where the last line about it is a start, the process died, or the call is still under way.
 */
export class OpenStarts {
  /** By record, the files in which a start has no end, with the turn. Few: a first start is not logged. */
  readonly #starts = new Map<number, Map<string, Set<number>>>();

  noteStart(file: string, position: number, turn: number): void {
    const files = this.#starts.get(position) ?? new Map<string, Set<number>>();
    this.#starts.set(position, files);
    const turns = files.get(file) ?? new Set<number>();
    files.set(file, turns.add(turn));
  }

  noteEnd(file: string, position: number, turn: number): void {
    this.#starts.get(position)?.get(file)?.delete(turn);
  }

  /** All calls of a record have ended, in one process or everywhere. */
  forget(position: number, file?: string): void {
    if (file === undefined) this.#starts.delete(position);
    else this.#starts.get(position)?.delete(file);
  }

  /** In how many processes a call has started and not ended. */
  countOf(position: number, turn: number): number {
    const files = [...(this.#starts.get(position)?.values() ?? [])];
    return files.filter((turns) => turns.has(turn)).length;
  }
}
