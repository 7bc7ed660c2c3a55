/** How calls of one `<api>/<model>` ended, as a process tells its limit with its next request. */
export interface CallReport {
  /** `<api>/<model>` */
  readonly target: string;
  /** Host and port that its calls go to; the API's name where the adapter knows none. */
  readonly host: string;
  /** All calls of the limit go to this target, so that the limit itself slows down. */
  readonly whole: boolean;
  /** Calls that the API answered, by whatever but a 429; told only while the limit is slowed down. */
  readonly answered: number;
  /** Calls that it refused with 429. */
  readonly refused: number;
  /** How long ago the last of the refused calls was sent, in ms. */
  readonly refusedSentMsAgo?: number;
  /** The server's own wish, from a 429. */
  readonly holdForMs?: number;
  /** Calls failed and the process takes the API for down. */
  readonly away?: {
    readonly sentMsAgo: number;
    readonly reason: string;
    /** The server's own wish. */
    readonly holdForMs?: number;
  };
}
