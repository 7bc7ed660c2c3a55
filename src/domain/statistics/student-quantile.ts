/** The 97.5 % point of the standard normal distribution. */
export const z975 = 1.959963984540054;

const upperTail = 0.025;
const seriesUpTo = 300;

/**
 * Returns the 97.5 % point of Student's t distribution, with an error of at most 1e-12.
 *
 * Abramowitz and Stegun (1964), Handbook of Mathematical Functions: the finite series of 26.7.3 and
 * 26.7.4, by bisection; for more degrees of freedom, the expansion of 26.7.5 around the normal
 * distribution's point.
 *
 * @param degrees degrees of freedom, a whole number above 0
 */
export function studentQuantile(degrees: number): number {
  if (degrees > seriesUpTo) return expansion(degrees);
  let low = 0;
  let high = Math.PI / 2;
  // A double has 53 bits, so more halvings change nothing.
  for (let halving = 0; halving < 55; halving += 1) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, degrees) < 1 - 2 * upperTail) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** Returns the share of the distribution between −t and t, with t = √degrees · tan(angle). */
function shareWithin(angle: number, degrees: number): number {
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let sum = 0;
  let term = odd ? cosine : 1;
  for (let step = odd ? 3 : 2; step <= degrees; step += 2) {
    sum += term;
    term *= ((step - 1) / step) * cosine * cosine;
  }
  return odd ? ((angle + Math.sin(angle) * sum) * 2) / Math.PI : Math.sin(angle) * sum;
}

function expansion(degrees: number): number {
  const z = z975;
  const square = z * z;
  const terms = [
    z,
    (z * (square + 1)) / 4,
    (z * ((5 * square + 16) * square + 3)) / 96,
    (z * (((3 * square + 19) * square + 17) * square - 15)) / 384,
    (z * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945)) / 92_160,
  ];
  return terms.reduceRight((sum, term) => sum / degrees + term, 0);
}
