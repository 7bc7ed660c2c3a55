/** A call on the counting server. Times are in ms since the epoch, with fractions. */
export interface Call {
  /** Number after the first `#` of the request's body; -1 if there is none. */
  readonly id: number;
  readonly arrivedAt: number;
  /**
   * Time at which the answer was sent or the caller disconnected; 0 while the call is in flight.
   */
  readonly endedAt: number;
  /** HTTP status; 0 while in flight; -1 if the caller disconnected or the connection was reset. */
  readonly status: number;
}

const fields = 4;

/** Calls in one typed array, so that thousands of calls per second cause no garbage collection. */
export interface CallLog {
  /** Notes an arrival and returns its row. */
  readonly add: (arrivedAt: number) => number;
  readonly identify: (row: number, id: number) => void;
  readonly end: (row: number, endedAt: number, status: number) => void;
  readonly bytes: () => Buffer;
}

export function createCallLog(): CallLog {
  let cells = new Float64Array(fields * 1024);
  let rows = 0;
  return {
    add(arrivedAt) {
      if ((rows + 1) * fields > cells.length) {
        const grown = new Float64Array(cells.length * 2);
        grown.set(cells);
        cells = grown;
      }
      cells[rows * fields] = -1;
      cells[rows * fields + 1] = arrivedAt;
      rows += 1;
      return rows - 1;
    },
    identify(row, id) {
      cells[row * fields] = id;
    },
    end(row, endedAt, status) {
      cells[row * fields + 2] = endedAt;
      cells[row * fields + 3] = status;
    },
    bytes: () => Buffer.from(cells.buffer, 0, rows * fields * Float64Array.BYTES_PER_ELEMENT),
  };
}

/** Reads the calls from the `bytes` of a log, in order of arrival. */
export function readCalls(bytes: ArrayBuffer): Call[] {
  const cells = new Float64Array(bytes);
  const calls: Call[] = [];
  for (let at = 0; at + fields <= cells.length; at += fields) {
    const [id = -1, arrivedAt = 0, endedAt = 0, status = 0] = cells.subarray(at, at + fields);
    calls.push({ id, arrivedAt, endedAt, status });
  }
  return calls;
}
