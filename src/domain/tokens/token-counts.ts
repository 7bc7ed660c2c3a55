/** Numbers of tokens of requests and answers. */
export interface TokenCounts {
  /** Input tokens, including those read from and written to the API's cache. */
  readonly input: number;
  /** Output tokens that are paid for, including thinking. */
  readonly output: number;
  /** Part of `input` that was read from the API's cache. @default 0 */
  readonly cachedInput?: number;
  /** Part of `input` that was written to the API's cache. @default 0 */
  readonly cacheWrite?: number;
  /** Part of `cacheWrite` that the API keeps for an hour, which costs more. @default 0 */
  readonly longCacheWrite?: number;
  /** Part of `output` that is thinking. @default 0 */
  readonly reasoning?: number;
  /** True if the API handled the call in a batch, at the price for batches. @default false */
  readonly batch?: true;
  /**
   * Part of `input` that does not count against the API's limits, because it came from the cache.
   * @default 0
   */
  readonly uncounted?: number;
}
