/** Environment variables by name; those that aren't set are `undefined`. */
export type Environment = Readonly<Record<string, string | undefined>>;
