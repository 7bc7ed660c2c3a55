/** Environment variables by name; unset ones are `undefined`. */
export type Environment = Readonly<Record<string, string | undefined>>;
