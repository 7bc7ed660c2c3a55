/** Tokens of requests and of answers. */
export interface TokenCounts {
  /** Input tokens, including those from the API's cache. */
  readonly input: number;
  /** Output tokens that are paid for, including thinking. */
  readonly output: number;
  /**
   * Part of `input` that does not count against the API's limits, because it came from the cache.
   * @default 0
   */
  readonly uncounted?: number;
}
