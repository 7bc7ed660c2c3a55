/** Typed arrays that grow with the highest index, for one value per record. */
type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Returns the array, or a longer copy that contains the index. New values are `empty`.
 *
 * @param empty value of new items. @default 0
 */
export function grownTo<Values extends NumberArray>(
  values: Values,
  index: number,
  empty = 0,
): Values {
  if (index < values.length) return values;
  const length = Math.max(1_024, index + 1, Math.ceil(values.length * 1.5));
  // The constructor of a typed array creates an array of the same type.
  const longer = new (values.constructor as new (length: number) => Values)(length);
  longer.set(values);
  if (empty !== 0) longer.fill(empty, values.length);
  return longer;
}
