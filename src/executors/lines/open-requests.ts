import type { JsonValue } from "../../domain/json/json.js";
import type { LineAnswer, LineCall } from "./executor.js";
import type { FromExecutor, RequestError, ToExecutor } from "./protocol.js";

/** Thrown if the request of a task failed. */
class RequestFailed extends Error {
  override readonly name = "CallError";
  readonly type: string;

  constructor({ type, message }: RequestError) {
    super(message);
    this.type = type;
  }
}

interface Waiting {
  readonly resolve: (answer: LineAnswer) => void;
  readonly reject: (error: Error) => void;
}

type Answer = Extract<ToExecutor, { readonly row: string }>;

/** The requests of one task that have no answer yet. */
export class OpenRequests {
  readonly #row: string;
  readonly #tell: (message: FromExecutor) => void;
  readonly #waiting = new Map<string, Waiting>();
  #calls = 0;

  constructor(row: string, tell: (message: FromExecutor) => void) {
    this.#row = row;
    this.#tell = tell;
  }

  readonly call = async (request: LineCall): Promise<LineAnswer> => {
    const call = this.#calls;
    this.#calls += 1;
    return this.#ask(`call ${call}`, { row: this.#row, call, request });
  };

  readonly record = async (key: string, value: JsonValue): Promise<void> => {
    await this.#ask(`record ${key}`, { row: this.#row, record: key, value });
  };

  readonly log = (text: string): void => {
    this.#tell({ log: text, row: this.#row });
  };

  hear(message: Answer): void {
    const key = "call" in message ? `call ${message.call}` : `record ${message.recorded}`;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    const error = "error" in message ? message.error : undefined;
    if (error) waiting?.reject(new RequestFailed(error));
    else waiting?.resolve("answer" in message ? message.answer : { response: null });
  }

  async #ask(key: string, message: FromExecutor): Promise<LineAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(key, { resolve, reject });
      this.#tell(message);
    });
  }
}
