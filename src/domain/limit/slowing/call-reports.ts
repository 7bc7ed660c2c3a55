/**
 * The results of calls to one `<api>/<model>`, which a process reports to its limit with its next
 * request.
 */
export interface CallReport {
  /** `<api>/<model>` */
  readonly target: string;
  /** Host and port of the calls, or the API's name if the adapter knows no host. */
  readonly host: string;
  /** True if all calls of the limit go to this target. The limit itself then slows down. */
  readonly whole: boolean;
  /**
   * Number of calls that the API answered without a 429. Reported together with a 429, and while
   * the limit is slowed down or watches the target.
   */
  readonly answered: number;
  /** Number of calls that the API refused with 429. */
  readonly refused: number;
  /** Time since the last refused call was sent, in ms. */
  readonly refusedSentMsAgo?: number;
  /** Wait that the server asked for in a 429, in ms. */
  readonly holdForMs?: number;
  /** Set if calls failed and the API seems to be down. */
  readonly away?: {
    readonly sentMsAgo: number;
    readonly reason: string;
    /** Wait that the server asked for, in ms. */
    readonly holdForMs?: number;
  };
}
