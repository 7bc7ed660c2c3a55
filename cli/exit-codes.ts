/** What the exit code of a command says. */
export const exitCodes = {
  /** It did what it should; of an experiment: every record completed. */
  done: 0,
  /** The experiment ended, and some of its records failed; or it failed as a whole. */
  someFailed: 1,
  /** The user can put it right: a flag, a setting, a file. Nothing was sent. */
  userMistake: 2,
  /** All that is left of the experiment waits for a person: a key, a quota, credit. */
  blocked: 3,
  /** No Temporal server can be had or reached. */
  noTemporal: 4,
  /** An error of Ostinato's own, printed with its stack. */
  internal: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
