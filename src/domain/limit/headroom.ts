/**
 * Factor by which slots are further apart than the rate says. A call may be later than its slot, and
 * the calls of any minute must not be more than the limit allows.
 */
export const headroom = 1.001;
