/** Where a value lies with 95 % confidence, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
