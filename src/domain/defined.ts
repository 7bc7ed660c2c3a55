/**
 * An object's properties that have a value. An unknown optional property is absent, not
 * `undefined`.
 */
export type Defined<Given extends object> = {
  [Key in keyof Given as undefined extends Given[Key] ? never : Key]: Given[Key];
} & {
  [Key in keyof Given as undefined extends Given[Key] ? Key : never]?: Exclude<
    Given[Key],
    undefined
  >;
};

/** Removes the properties that are `undefined`; `null`, `false`, `0` and `""` stay. */
export function defined<Given extends object>(properties: Given): Defined<Given> {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  // TypeScript does not infer this type from entries and filter.
  return Object.fromEntries(entries) as Defined<Given>;
}
