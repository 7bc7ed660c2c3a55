import type { Dispatcher } from "undici";
import { WholeResponse } from "./whole-response.js";

/** Any value that the `Headers` constructor accepts. */
type HeadersGiven = ConstructorParameters<typeof Headers>[0];

/** A request with a text body. */
export interface TextRequest {
  readonly url: URL;
  /** HTTP method. @default "POST" */
  readonly method?: string | undefined;
  readonly headers?: HeadersGiven;
  readonly body: string;
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * Sends a text and reads the whole answer. Rejects if no answer begins, and with the signal's
 * reason if the signal fires. If the answer breaks off, reading its text rejects.
 */
export async function sendText(
  dispatcher: Dispatcher,
  request: TextRequest,
): Promise<WholeResponse> {
  const { url, method = "POST", body, signal } = request;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ url, signal, resolve, reject });
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: headersOf(request.headers),
        body,
      },
      receiver,
    );
  });
}

function headersOf(given: HeadersGiven): Headers {
  const headers = given instanceof Headers ? given : new Headers(given);
  if (headers.has("user-agent")) return headers;
  const named = new Headers(headers);
  named.set("user-agent", "ostinato");
  return named;
}

interface Waiting {
  readonly url: URL;
  readonly signal: AbortSignal | null | undefined;
  readonly resolve: (response: WholeResponse) => void;
  readonly reject: (error: unknown) => void;
}

/** Receives one answer. Does nothing after an abort, because its promise is already rejected. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #waiting: Waiting;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Readonly<Record<string, string | string[] | undefined>> = {};

  constructor(waiting: Waiting) {
    this.#waiting = waiting;
    waiting.signal?.addEventListener("abort", this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The signal fired while the request waited for a connection.
    if (this.#waiting.signal?.aborted === true) controller.abort(abortError());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Informational responses (1xx) precede the answer.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#fulfil(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#status !== 0) this.#fulfil(error);
    else {
      this.#waiting.signal?.removeEventListener("abort", this.#abort);
      this.#waiting.reject(error);
    }
  }

  #fulfil(brokeOff: Error | undefined): void {
    this.#waiting.signal?.removeEventListener("abort", this.#abort);
    this.#waiting.resolve(
      new WholeResponse({
        url: this.#waiting.url.href,
        status: this.#status,
        headers: this.#headers,
        chunks: this.#chunks,
        brokeOff,
      }),
    );
  }

  readonly #abort = (): void => {
    const { signal, reject } = this.#waiting;
    signal?.removeEventListener("abort", this.#abort);
    reject(signal?.reason);
    this.#controller?.abort(abortError());
  };
}

function abortError(): Error {
  return new DOMException("This operation was aborted", "AbortError");
}
