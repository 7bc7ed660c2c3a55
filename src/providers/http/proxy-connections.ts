import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { proxyFailure, proxyRefusal } from "./proxy-error.js";
import type { Proxy } from "./proxy-error.js";

/**
 * The connections to a proxy. A tunnel that the proxy does not open rejects with a `ProxyError`.
 * undici's own error for a closed socket would make its client ask the proxy again without end.
 */
export class ProxyConnections extends Pool {
  readonly #proxy: Proxy;

  constructor(url: URL, options: Pool.Options, variable: string) {
    super(url, options);
    this.#proxy = { host: url.host, variable };
  }

  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const data = await this.#open(options);
    if (data.statusCode === 200) return data;
    data.socket.on("error", () => undefined).destroy();
    throw proxyRefusal(data.statusCode, options.path, this.#proxy);
  }

  async #open(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    try {
      return await super.connect(options);
    } catch (error) {
      throw proxyFailure(error, this.#proxy);
    }
  }
}
