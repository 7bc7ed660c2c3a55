/** The 95 % confidence interval of a value, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
