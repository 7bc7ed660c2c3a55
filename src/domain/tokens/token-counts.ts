/** Tokens of requests and of answers. */
export interface TokenCounts {
  /** All that was read, what came from the API's cache included. */
  readonly input: number;
  /** All that was written and is paid for, thinking included. */
  readonly output: number;
  /** Of `input`, what an API's limits don't count, since its cache had it. @default 0 */
  readonly uncounted?: number;
}
