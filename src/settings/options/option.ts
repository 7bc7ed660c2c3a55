import type * as z from "zod";

/** One row of the options table: everything known about a setting. */
export interface Option<Value, Default> {
  /** Long flag; `--no-…` for a setting that is on by default. */
  readonly flag: `--${string}`;
  /** Short spelling in prompto: one dash and one or more letters. */
  readonly short?: `-${string}`;
  /** Name of the flag's value in `--help`; absent for a switch. */
  readonly takes?: string;
  /** Set if the flag may be repeated. Each use adds a value. */
  readonly repeats?: true;
  readonly variable: `OSTINATO_${string}`;
  /** Name of the setting in `ostinato.json`. */
  readonly key: string;
  readonly description: string;
  /** Text for `--help` that describes an unset setting without a `default`. */
  readonly otherwise?: string;
  /** Description of a valid value, in words that follow "Expected … to be". */
  readonly expected: string;
  /**
   * Converts text from the command line or a variable, or a value of `ostinato.json`, for the
   * schema.
   */
  readonly read: (given: unknown, folder: string) => unknown;
  readonly schema: z.ZodType<Value>;
  readonly default: Default;
}

/** Default as the user would write it, for `--help`. */
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
