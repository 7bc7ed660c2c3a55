import type { FromExecutor, ToExecutor } from "./protocol.js";

/** The way to one executor. */
export interface Transport {
  readonly send: (messages: readonly ToExecutor[]) => void;
  /**
   * The number behind the `#` in the id of the task whose synchronous part runs, where the
   * transport can tell.
   */
  readonly current?: () => number | undefined;
  /** Ends the executor, whatever it does. Safe to repeat. */
  readonly end: () => Promise<void>;
}

export interface TransportEvents {
  readonly onMessage: (message: FromExecutor) => void;
  /** Output that is not of the protocol. */
  readonly onOutput: (text: string) => void;
  /** Called at most once: the executor ended or can't be reached. */
  readonly onLost: (loss: TransportLoss) => void;
}

export interface TransportLoss {
  /** A sentence without a subject: `ended with exit code 3`. */
  readonly message: string;
  /** The last lines that it wrote. */
  readonly output?: string;
  readonly isMemory?: boolean;
  /** The task that was the cause, if that is known. */
  readonly row?: string;
}

export interface OpenTransport {
  /** Follows "The executor" in messages: `python3`, `of TypeScript`, `http://127.0.0.1:8000`. */
  readonly label: string;
  readonly open: (events: TransportEvents) => Transport;
}
