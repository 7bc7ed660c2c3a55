import { connect } from "../../client/connection/connect.js";
import type { Ostinato } from "../../client/connection/ostinato.js";
import type { Environment } from "../../domain/environment.js";
import { errorText } from "../../domain/failure/error-text.js";

const againMs = 5_000;

/** Connection to the Temporal server, which may start after the page, or never. */
export class ServerLink {
  readonly #env: Environment;
  #opened: Promise<Ostinato> | undefined;
  #problem: { readonly text: string; readonly atMs: number } | undefined;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Reason why there is no connection. */
  get problem(): string | undefined {
    return this.#problem?.text;
  }

  /** Returns the connection; `undefined` without a server. Tries again at most every 5 s. */
  async find(): Promise<Ostinato | undefined> {
    if (!this.#opened && this.#problem && Date.now() - this.#problem.atMs < againMs)
      return undefined;
    try {
      return await this.#open(false);
    } catch (error) {
      this.#problem = { text: errorText(error), atMs: Date.now() };
      return undefined;
    }
  }

  /** Returns the connection. Starts the local server if none is running. */
  async require(): Promise<Ostinato> {
    return (await this.find()) ?? (await this.#open(true));
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }

  async #open(startServer: boolean): Promise<Ostinato> {
    const opened = this.#opened ?? connect({ env: this.#env, startServer });
    this.#opened = opened;
    try {
      const ostinato = await opened;
      this.#problem = undefined;
      return ostinato;
    } catch (error) {
      if (this.#opened === opened) this.#opened = undefined;
      throw error;
    }
  }
}
