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
  // Called several times a call: without a list of entries it takes a quarter of the time.
  const present: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(properties))
    if (value !== undefined) present[key] = value;
  // TypeScript does not infer this type from a loop.
  return present as Defined<Given>;
}
