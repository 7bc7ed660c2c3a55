/** Reads `length` bytes of a file from `offset` on, or fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

interface Block {
  readonly start: number;
  readonly end: number;
  readonly bytes: Promise<Buffer>;
}

const blockBytes = 1 << 16;
/**
 * Maximum distance in bytes between two texts that follow each other: a line end and some empty
 * lines.
 */
const mostBetween = 64;
/**
 * Maximum time in ms between two reads. Slower readers would hold a block in memory for a few
 * texts.
 */
const mostMsBetween = 100;

/**
 * Reads texts of a file that does not change. Texts that are read quickly one after the other come
 * from one block. At high rates, one read of the file per text would cost more than the text
 * itself.
 */
export class ReadAhead {
  readonly #read: ReadBytes;
  #block: Block | undefined;
  #lastEnd = 0;
  #lastAtMs = -Infinity;

  constructor(read: ReadBytes) {
    this.#read = read;
  }

  async text(offset: number, length: number): Promise<string> {
    const { start, bytes } = this.#blockWith(offset, length);
    const from = offset - start;
    return (await bytes).toString("utf8", from, from + length);
  }

  #blockWith(offset: number, length: number): Block {
    const end = offset + length;
    const nowMs = performance.now();
    const between = offset - this.#lastEnd;
    const isNext = between >= 0 && between <= mostBetween;
    const isQuick = nowMs - this.#lastAtMs <= mostMsBetween;
    this.#lastEnd = end;
    this.#lastAtMs = nowMs;
    const known = this.#block;
    if (known && known.start <= offset && end <= known.end) return known;
    const size = isNext && isQuick ? Math.max(length, blockBytes) : length;
    const block = { start: offset, end: offset + size, bytes: this.#read(offset, size) };
    if (size > length) this.#keep(block);
    return block;
  }

  /** Keeps a block, unless it cannot be read. */
  #keep(block: Block): void {
    this.#block = block;
    block.bytes.catch(() => {
      if (this.#block === block) this.#block = undefined;
    });
  }
}
