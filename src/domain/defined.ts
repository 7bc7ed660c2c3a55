/** An object's properties that have a value: with it an optional property that is unknown is left out, not `undefined`. */
export type Defined<Given extends object> = {
  [Key in keyof Given as undefined extends Given[Key] ? never : Key]: Given[Key];
} & {
  [Key in keyof Given as undefined extends Given[Key] ? Key : never]?: Exclude<
    Given[Key],
    undefined
  >;
};

/** Leaves out the properties that are `undefined`; `null`, `false`, `0` and `""` stay. */
export function defined<Given extends object>(properties: Given): Defined<Given> {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  // TypeScript types neither entries nor what a filter leaves of them.
  return Object.fromEntries(entries) as Defined<Given>;
}
