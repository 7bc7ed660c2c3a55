/**
 * Calls that have started and not ended, according to the log. The start and the end of a call are
 * in one file, because a call belongs to its process. If the last line about it is a start, the
 * process died, or the call is still running.
 */
export class OpenStarts {
  /**
   * Turns with a start and without an end, by record and file. There are few, because a first start
   * is not logged.
   */
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

  /** Removes all calls of a record, for one process or for all processes. */
  forget(position: number, file?: string): void {
    if (file === undefined) this.#starts.delete(position);
    else this.#starts.get(position)?.delete(file);
  }

  /** Number of processes in which a call has started and not ended. */
  countOf(position: number, turn: number): number {
    const files = [...(this.#starts.get(position)?.values() ?? [])];
    return files.filter((turns) => turns.has(turn)).length;
  }
}
