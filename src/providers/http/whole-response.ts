import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

export interface ReceivedAnswer {
  readonly url: string;
  readonly status: number;
  /** Headers with names in lower case. A repeated header has a list of values. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly chunks: readonly Uint8Array[];
  /** Error that cut the body off. */
  readonly brokeOff?: Error | undefined;
}

const decoders: Readonly<Record<string, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: promisify<Uint8Array, Uint8Array>(gunzip),
  "x-gzip": promisify<Uint8Array, Uint8Array>(gunzip),
  deflate: promisify<Uint8Array, Uint8Array>(inflate),
  br: promisify<Uint8Array, Uint8Array>(brotliDecompress),
};

/** An answer that is fully in memory: the parts of `Response` that need no stream. */
export class WholeResponse implements Pick<
  Response,
  | "ok"
  | "redirected"
  | "status"
  | "statusText"
  | "type"
  | "url"
  | "headers"
  | "body"
  | "bodyUsed"
  | "arrayBuffer"
  | "json"
  | "text"
> {
  readonly redirected = false;
  readonly statusText = "";
  readonly type = "default";
  readonly body = null;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  bodyUsed = false;
  readonly #chunks: readonly Uint8Array[];
  readonly #brokeOff: Error | undefined;

  constructor({ url, status, headers, chunks, brokeOff }: ReceivedAnswer) {
    this.url = url;
    this.status = status;
    this.headers = toHeaders(headers);
    this.#chunks = chunks;
    this.#brokeOff = brokeOff;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    return withoutMark(Buffer.from(await this.#bytes()).toString("utf8"));
  }

  async json(): Promise<unknown> {
    // `JSON.parse` has the type any.
    return JSON.parse(await this.text()) as unknown;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.#bytes();
    const copy = new ArrayBuffer(bytes.byteLength);
    new Uint8Array(copy).set(bytes);
    return copy;
  }

  /**
   * Returns the decompressed bytes. The clients do not request compression, but some servers
   * compress anyway.
   */
  async #bytes(): Promise<Uint8Array> {
    this.bodyUsed = true;
    if (this.#brokeOff) throw this.#brokeOff;
    const [first] = this.#chunks;
    let bytes: Uint8Array =
      first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    const codings = this.headers.get("content-encoding");
    if (codings === null || bytes.byteLength === 0) return bytes;
    for (const coding of codings.toLowerCase().split(",").toReversed()) {
      bytes = (await decoders[coding.trim()]?.(bytes)) ?? bytes;
    }
    return bytes;
  }
}

function toHeaders(received: ReceivedAnswer["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    if (typeof value === "string") headers.append(name, value);
    else for (const one of value ?? []) headers.append(name, one);
  }
  return headers;
}

/** Removes the byte order mark, which is not part of the text. */
function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
