import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { errorText } from "../../domain/failure/error-text.js";
import { cutJsonLines } from "./json-lines.js";
import { readLine } from "./protocol.js";
import type { FromExecutor, ToExecutor } from "./protocol.js";
import type { OpenTransport, Transport, TransportEvents } from "./transport.js";

/** Time in ms between greetings of a service that cannot be reached, and between empty requests. */
const againMs = 100;
const mostShown = 300;
/** Timeout in ms for telling a service that its tasks are abandoned. */
const partMs = 500;

/**
 * Opens an executor that is a service. It is neither started nor ended here. Each message is one
 * POST.
 */
export function httpTransport(url: string): OpenTransport {
  return { label: url, open: (events) => new HttpTransport(url, events) };
}

class HttpTransport implements Transport {
  readonly #url: string;
  readonly #events: TransportEvents;
  readonly #session = randomUUID();
  readonly #ending = new AbortController();
  /** HTTP agent without timeouts, because the code of a task may take as long as its own limit. */
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: null });
  /** Running tasks by row. The value is true while a task waits for an answer of the run. */
  readonly #rows = new Map<string, boolean>();
  /** Number of requests in flight that may return messages. */
  #listening = 0;
  #isOver = false;

  constructor(url: string, events: TransportEvents) {
    this.#url = url;
    this.#events = events;
  }

  send(messages: readonly ToExecutor[]): void {
    for (const message of messages) {
      if ("run" in message) this.#rows.set(message.run, false);
      else if ("aggregate" in message) this.#rows.set(message.aggregate, false);
      else if ("row" in message && this.#rows.has(message.row)) this.#rows.set(message.row, false);
      void ("hello" in message ? this.#greet(message) : this.#deliver(message));
    }
  }

  async end(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#isOver = true;
    const rows = [...this.#rows.keys()];
    this.#rows.clear();
    this.#ending.abort();
    const signal = AbortSignal.timeout(partMs);
    await Promise.allSettled(
      rows.map(async (row) => {
        const { body } = await this.#post(JSON.stringify({ abandon: row }), signal);
        await body.dump();
      }),
    );
    await this.#agent.destroy();
  }

  /**
   * Greets the service. A service that has just been started may not be reachable yet, so the
   * greeting is repeated until its timeout.
   */
  async #greet(hello: ToExecutor): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#exchange(JSON.stringify(hello));
        return;
      } catch (error) {
        if (error instanceof Refusal && error.status !== 503) {
          this.#lose(error.message);
          return;
        }
        await sleep(againMs);
      }
    }
  }

  async #deliver(message: ToExecutor): Promise<void> {
    try {
      await this.#exchange(JSON.stringify(message));
    } catch (error) {
      const row = rowOf(message);
      if (!(error instanceof Refusal)) this.#lose(`can't be reached: ${errorText(error)}`);
      else if (row !== undefined) {
        const text = `The executor ${this.#url} ${error.message}.`;
        this.#hear({ row, failed: { type: "HttpError", message: text } });
      }
    }
  }

  /** Sends one message, or none, and handles the messages in the response. */
  async #exchange(text: string): Promise<void> {
    this.#listening += 1;
    try {
      const { statusCode, body } = await this.#post(text, this.#ending.signal);
      if (statusCode >= 300) throw new Refusal(statusCode, await body.text());
      const cut = cutJsonLines((line) => this.#read(line));
      for await (const chunk of body.setEncoding("utf8")) cut(String(chunk));
      cut("\n");
    } finally {
      this.#listening -= 1;
      this.#listenOn();
    }
  }

  /** Asks for messages of tasks whose request has ended. */
  #listenOn(): void {
    const isRunning = [...this.#rows.values()].includes(false);
    if (this.#listening > 0 || !isRunning || this.#isOver) return;
    this.#listening += 1;
    const asking = sleep(againMs).then(async () => this.#exchange(""));
    asking
      .catch((error: unknown) => this.#lose(`can't be reached: ${errorText(error)}`))
      .finally(() => {
        this.#listening -= 1;
        this.#listenOn();
      });
  }

  async #post(body: string, signal: AbortSignal): ReturnType<typeof request> {
    return request(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/x-ndjson",
        "ostinato-session": this.#session,
      },
      body,
      signal,
      dispatcher: this.#agent,
    });
  }

  #read(line: string): void {
    try {
      this.#hear(readLine(line));
    } catch (error) {
      this.#lose(`answered with an invalid message: ${errorText(error)}`);
    }
  }

  #hear(message: FromExecutor): void {
    if (this.#isOver) return;
    if ("request" in message || "record" in message) {
      if (this.#rows.has(message.row)) this.#rows.set(message.row, true);
    } else if ("done" in message || "failed" in message) this.#rows.delete(message.row);
    this.#events.onMessage(message);
  }

  #lose(message: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onLost({ message });
  }
}

/** The service answered with a status other than success. */
class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, text: string) {
    super(`answered ${status}: ${text.slice(0, mostShown).trim()}`);
    this.status = status;
  }
}

function rowOf(message: ToExecutor): string | undefined {
  if ("run" in message) return message.run;
  if ("aggregate" in message) return message.aggregate;
  return "row" in message ? message.row : undefined;
}
