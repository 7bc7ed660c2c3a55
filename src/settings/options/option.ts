import type { z } from "zod";

/** One row of the table: all that is known of a setting. */
export interface Option<Value, Default> {
  /** The long flag; `--no-…` where the setting is on by default. */
  readonly flag: `--${string}`;
  /** prompto's spelling, of one or more letters after one dash. */
  readonly short?: `-${string}`;
  /** What follows the flag, as `--help` shows it; none for a switch. */
  readonly takes?: string;
  /** The flag may be given several times, and each adds a value. */
  readonly repeats?: true;
  readonly variable: `OSTINATO_${string}`;
  /** The setting's name in `ostinato.json`. */
  readonly key: string;
  readonly description: string;
  /** What applies where the setting is not given and has no `default`, for `--help`. */
  readonly otherwise?: string;
  /** What the schema asks for, in words that follow "Expected … to be". */
  readonly expected: string;
  /** Turns a text of the command line or a variable, or a value of `ostinato.json`, into what the schema checks. */
  readonly read: (given: unknown, folder: string) => unknown;
  readonly schema: z.ZodType<Value>;
  readonly default: Default;
}

/** In the user's own spelling, as `--help` shows it. */
type DefaultOf<Value, Key extends keyof Value> = Key extends "file"
  ? undefined
  : undefined extends Value[Key]
    ? undefined
    : string | number | boolean;

export type Table<Values> = {
  readonly [Key in keyof Required<Values>]: Option<
    NonNullable<Values[Key]>,
    DefaultOf<Values, Key>
  >;
};
