/**
 * The columns of rows as types. The result of a step is one mapped type, so that the compiler
 * checks long chains quickly.
 */

/** The columns of a source without a schema: any names and types. */
export type AnyColumns = Record<string, never>;

/** The columns of rows after a step that added columns. */
export type Added<Columns, Written> = {
  [Name in keyof Columns | keyof Written]: Name extends keyof Written
    ? Written[Name]
    : Name extends keyof Columns
      ? Columns[Name]
      : never;
};

export type Renamed<Columns, Names> = {
  [
    Name in keyof Columns as Name extends keyof Names ? Extract<Names[Name], PropertyKey> : Name
  ]: Columns[Name];
};

export type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never;

/** Columns that are lists of the named columns. A failed row or branch contributes `null`. */
export type Listed<Columns, Names> = {
  [Name in keyof Names as Extract<Names[Name], PropertyKey>]: (ColumnOf<Columns, Name> | null)[];
};

export type Unlisted<Columns, Names> = {
  [Name in KeyOf<Columns> as Name extends keyof Names ? never : Name]: ColumnOf<Columns, Name>;
};

/** The names of columns that any of several branches has. */
export type KeyOf<Branches> = Branches extends unknown ? keyof Branches : never;

/** The type of a column, in those of several branches that have it. */
export type ColumnOf<Branches, Name extends PropertyKey> = Branches extends unknown
  ? Name extends keyof Branches
    ? Branches[Name]
    : never
  : never;

type OptionalKeys<Columns> = {
  [Name in keyof Columns]-?: object extends Pick<Columns, Name> ? Name : never;
}[keyof Columns];

/** The compiler prints this type, with its arguments, for a step that reads missing columns. */
export interface MissingColumns<Missing, Available> {
  readonly "Columns are missing": Missing;
  readonly "Columns that there are": Available;
}

/** The compiler prints this type, with its arguments, for a column with the wrong type. */
export interface WrongColumnType<Column, Expected, Got> {
  readonly "Column of another type": Column;
  readonly "Type that the step reads": Expected;
  readonly "Type that the rows have": Got;
}

type Wrong<Columns, Reads> = {
  [Name in keyof Reads & keyof Columns]: Columns[Name] extends Reads[Name]
    ? never
    : WrongColumnType<Name, Reads[Name], Columns[Name]>;
}[keyof Reads & keyof Columns];

type Missing<Columns, Reads> = Exclude<keyof Reads, OptionalKeys<Reads> | keyof Columns>;

/**
 * `unknown` if the rows have the columns that a step reads; otherwise a type that describes the
 * problem.
 */
export type Fits<Columns, Reads> = [Missing<Columns, Reads>] extends [never]
  ? [Wrong<Columns, Reads>] extends [never]
    ? unknown
    : Wrong<Columns, Reads>
  : MissingColumns<Missing<Columns, Reads>, keyof Columns>;

/**
 * The value, an object whose keys are columns, if all columns exist; otherwise a type that names
 * the missing columns.
 */
export type Known<Columns, Names, Value> = {
  [Name in keyof Names]: Name extends keyof Columns ? Value : MissingColumns<Name, keyof Columns>;
};
