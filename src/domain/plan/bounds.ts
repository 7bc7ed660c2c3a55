/** The lowest and the highest expected value of a figure, both included. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const nothing: Bounds = { low: 0, high: 0 };

export function sumOfBounds(parts: readonly Bounds[]): Bounds {
  return {
    low: parts.reduce((sum, { low }) => sum + low, 0),
    high: parts.reduce((sum, { high }) => sum + high, 0),
  };
}

/** Returns the bounds of things that happen at the same time. */
export function latestOf(parts: readonly Bounds[]): Bounds {
  return {
    low: Math.max(0, ...parts.map(({ low }) => low)),
    high: Math.max(0, ...parts.map(({ high }) => high)),
  };
}

/** Multiplies each bound by its own factor. */
export function stretched(bounds: Bounds, low: number, high: number): Bounds {
  return { low: bounds.low * low, high: bounds.high * high };
}

/** Moves both bounds into the limits. */
export function within({ low, high }: Bounds, limits: Bounds): Bounds {
  const clamp = (value: number): number => Math.min(limits.high, Math.max(limits.low, value));
  return { low: clamp(low), high: clamp(high) };
}

/** Rounds the bounds outwards to whole numbers. */
export function wholeBounds({ low, high }: Bounds): Bounds {
  return { low: Math.floor(low), high: Math.ceil(high) };
}
