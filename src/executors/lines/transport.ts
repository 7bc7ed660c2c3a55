import type { FromExecutor, ToExecutor } from "./protocol.js";

/** Connection to one executor. */
export interface Transport {
  readonly send: (messages: readonly ToExecutor[]) => void;
  /**
   * Returns the number after the `#` in the id of the task whose synchronous part runs. Absent if
   * the transport cannot tell.
   */
  readonly current?: () => number | undefined;
  /** Ends the executor at once. Safe to repeat. */
  readonly end: () => Promise<void>;
}

export interface TransportEvents {
  readonly onMessage: (message: FromExecutor) => void;
  /** Called with output that does not belong to the protocol. */
  readonly onOutput: (text: string) => void;
  /** Called at most once, when the executor has ended or cannot be reached. */
  readonly onLost: (loss: TransportLoss) => void;
}

export interface TransportLoss {
  /** Reason as a sentence without a subject: `ended with exit code 3`. */
  readonly message: string;
  /** Last lines that the executor wrote. */
  readonly output?: string;
  readonly isMemory?: boolean;
  /** Task that caused the loss, if known. */
  readonly row?: string;
}

export interface OpenTransport {
  /**
   * Name that follows "The executor" in messages: `python3`, `of TypeScript`,
   * `http://127.0.0.1:8000`.
   */
  readonly label: string;
  readonly open: (events: TransportEvents) => Transport;
}
