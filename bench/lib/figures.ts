/** A measured figure and its target. */
export interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  /** Target for users: `<= 14.5`. */
  readonly target: string;
  readonly isMet: boolean;
}

export interface Measured {
  readonly what: string;
  readonly measured: number;
  /** Unit of the figure. @default "" */
  readonly unit?: string;
}

export function atMost(figure: Measured, limit: number): Figure {
  const isMet = figure.measured <= limit;
  return { unit: "", ...figure, target: `<= ${format(limit)}`, isMet };
}

export function atLeast(figure: Measured, limit: number): Figure {
  const isMet = figure.measured >= limit;
  return { unit: "", ...figure, target: `>= ${format(limit)}`, isMet };
}

export function exactly(figure: Measured, wanted: number): Figure {
  return { unit: "", ...figure, target: `= ${format(wanted)}`, isMet: figure.measured === wanted };
}

export function within(figure: Measured, middle: number, tolerance: number): Figure {
  const isMet = Math.abs(figure.measured - middle) <= tolerance;
  return { unit: "", ...figure, target: `${format(middle)} ± ${format(tolerance)}`, isMet };
}

/** Returns a figure without a target, which helps to interpret the other figures. */
export function beside(figure: Measured): Figure {
  return { unit: "", ...figure, target: "", isMet: true };
}

export function format(value: number): string {
  if (!Number.isFinite(value)) return "none";
  const digits = Math.abs(value) >= 1_000 || Number.isInteger(value) ? 0 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
