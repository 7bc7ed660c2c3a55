/** Calls to Gemini's files API through Google's own client, which is loaded on first use. */
import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { GoogleGenAI } from "@google/genai";
import type { File } from "@google/genai";
import { defined } from "../../domain/defined.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { RemoteFile, RemoteFiles } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { GeminiAccess } from "./access.js";
import { findGoogleFailure, statusFailure } from "../google-protocol/failure.js";
import { rootMessage } from "../http/http-facts.js";
import { toldIn } from "../answer/read-answer.js";
import { createPooledFetch } from "../http/pooled-fetch.js";
import { ProviderError } from "../provider.js";
import { mimeTypeOf } from "../media/read-media.js";
import { redactFailure } from "../http/redact-failure.js";

export function openFilesClient({ apiKey, baseUrl }: GeminiAccess): RemoteFiles {
  const { files } = new GoogleGenAI({
    vertexai: false,
    apiKey,
    httpOptions: { baseUrl, fetch: createFetch() },
  });
  const ask = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      throw explain(error, { apiKey, baseUrl });
    }
  };
  return {
    list: () =>
      ask(async () => {
        const found: RemoteFile[] = [];
        for await (const file of await files.list({ config: { pageSize: 100 } })) {
          found.push(toRemoteFile(file));
        }
        return found;
      }),
    find: (name) => ask(() => unlessMissing(async () => toRemoteFile(await files.get({ name })))),
    upload: (path, displayName) =>
      ask(async () => {
        const mimeType = await typeOf(path);
        const config = { mimeType, displayName };
        return toRemoteFile(await files.upload({ file: await uploadable(path), config }));
      }),
    delete: (name) =>
      ask(async () => {
        const deleted = await unlessMissing(async () => {
          await files.delete({ name });
          return true;
        });
        return deleted ?? false;
      }),
  };
}

/**
 * Returns a fetch that reads errors. The client drops error messages in an unusual form, and never
 * reads an error with status 200.
 */
function createFetch(): typeof fetch {
  const pooledFetch = createPooledFetch();
  return async (url, init) => {
    const response = await pooledFetch(url, init);
    if (!response.ok) throw await statusFailure(response, new AbortController().signal);
    const text = await response.text();
    const told = findGoogleFailure(text === "" ? null : parseJsonText(text));
    // A file whose processing failed has an `error` beside its name.
    if (told && !/"name"/.test(text)) throw toldIn(response, told);
    const { status, headers } = response;
    return new Response(text, { status, headers });
  };
}

/**
 * Runs a call. Returns `undefined` for a missing file. The API answers 403 for such a file, because
 * the file could belong to another account.
 */
async function unlessMissing<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    const status = error instanceof ProviderError ? error.facts.status : undefined;
    const isMissing = error instanceof ProviderError && /not exist|not found/i.test(error.message);
    if (status === 404 || (status === 403 && isMissing)) return undefined;
    throw error;
  }
}

/**
 * Returns a file for an upload. The client sends the file's name in a header, which allows only
 * these characters.
 */
async function uploadable(path: string): Promise<string | Blob> {
  return /^[\x20-\x7e]*$/.test(path) ? path : openAsBlob(path);
}

const startBytes = 65_536;

async function typeOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return await mimeTypeOf(buffer.subarray(0, bytesRead), path);
  } finally {
    await file.close();
  }
}

function toRemoteFile(file: File): RemoteFile {
  const { displayName, expirationTime, error } = file;
  const sha256 = toHex(file.sha256Hash);
  return {
    name: file.name ?? "",
    ...defined({ displayName }),
    mimeType: file.mimeType ?? "",
    bytes: Number(file.sizeBytes ?? 0),
    state: file.state ?? "ACTIVE",
    ...defined({ sha256, expiresAt: expirationTime }),
    ...defined({ error: error?.message }),
  };
}

/**
 * Converts a hash. The API sends base64: of the hash's bytes as documented, or of its hexadecimal
 * text in older answers.
 */
function toHex(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const text = bytes.toString("latin1");
  return /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : bytes.toString("hex");
}

function explain(error: unknown, { apiKey, baseUrl }: GeminiAccess): unknown {
  if (error instanceof UserError) return error;
  const failure =
    error instanceof ProviderError
      ? error
      : new ProviderError(rootMessage(error), { kind: "connection" });
  const { message, facts } = redactFailure(failure, [apiKey]);
  const status = facts.status === undefined ? "" : ` with status ${facts.status}`;
  return new UserError(
    `Gemini's files API at ${baseUrl} failed${status}: ${message}. Correct the cause and call again: nothing is uploaded twice.`,
  );
}
