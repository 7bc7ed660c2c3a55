/** Maximum time of a timer in Node.js, in ms. A longer timer fires after 1 ms. */
export const longestTimerMs = 2 ** 31 - 1;
