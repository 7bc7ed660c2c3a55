/** The meanings of a command's exit code. */
export const exitCodes = {
  /** Success. For an experiment: every record completed. */
  done: 0,
  /** The experiment ended with failed records, or it failed as a whole. */
  someFailed: 1,
  /** A mistake in a flag, a setting or a file that you can correct. Nothing was sent. */
  userMistake: 2,
  /** All remaining records wait until you fix a key, a quota or credit. */
  blocked: 3,
  /** No Temporal server is available. */
  noTemporal: 4,
  /**
   * The request is not fulfilled yet, because no worker is running. The server keeps it for the
   * next worker.
   */
  kept: 5,
  /** An internal error of Ostinato, printed with its stack. */
  internal: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
