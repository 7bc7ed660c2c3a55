/**
 * Calls through Google's own client. There are no retries or continuations here, and the call's
 * signal is the only timeout.
 *
 * The client drops an error's headers, the status of a broken body, and unknown keys of a request
 * or an answer. Its parameters therefore carry the body unchanged, and the call's own fetch reads
 * the response.
 */
import { GoogleGenAI } from "@google/genai";
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { failureOfCall } from "../http/failed-call.js";
import type { FailedCall } from "../http/failed-call.js";
import { readGoogleAnswer } from "./answer.js";
import { findCredentials } from "./credentials.js";
import { findGoogleFailure, noCredentials, statusFailure } from "./failure.js";
import { loadOnce } from "../registry/load-once.js";
import { oneForEach } from "../registry/one-for-each.js";
import { createPooledFetch } from "../http/pooled-fetch.js";
import { ProviderError } from "../provider.js";
import { answerOf, toldIn } from "../answer/read-answer.js";
import type { AnswerReader } from "../answer/read-answer.js";
import { readJsonBody } from "../http/read-json-body.js";
import { withOwnSignal } from "../http/with-own-signal.js";

/** The account and the address of a call. */
export interface GoogleAccess {
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Set for Google Cloud's Vertex AI; absent for the Gemini API. */
  readonly cloud?: {
    /** Project of the calls. @default the project of the credentials */
    readonly project?: string;
    readonly location: string;
    /** File with credentials. @default the places in which Google's libraries look */
    readonly keyFile?: string;
  };
}

/** A file that was uploaded to the Gemini API. */
export interface UploadedFile {
  readonly uri: string;
  readonly mimeType: string;
}

export interface GoogleClient {
  readonly generate: (
    access: GoogleAccess,
    request: { readonly model: string; readonly body: JsonObject },
    signal: AbortSignal,
  ) => Promise<Answer>;
  /**
   * Returns an uploaded file. Throws a `missing-media` for a file that is missing or failed to
   * process. @param name name of the file, e.g. `files/abc`
   */
  readonly findFile: (
    access: GoogleAccess,
    name: string,
    signal: AbortSignal,
  ) => Promise<UploadedFile>;
}

/**
 * Returns a client that keeps one client of Google per account and address, and its connections
 * between calls.
 */
export function createGoogleClient(): GoogleClient {
  const pooledFetch = createPooledFetch();
  const clientOf = oneForEach((access: GoogleAccess) => loadOnce(() => createClient(access)));
  const files = new Map<string, KnownFile>();
  const exchange = <Result>(place: CallPlace, { ask, read }: Exchange<Result>): Promise<Result> =>
    callOnce(
      { ...place, pooledFetch },
      {
        ask: async (context) => ask(await clientOf(place.access)(), context),
        read,
      },
    );
  return {
    generate: (access, { model, body }, signal) =>
      exchange(
        { access, signal },
        {
          ask: (client, { own, keptFetch }) =>
            client.models.generateContent({
              model,
              // The real contents are in the body.
              contents: "-",
              config: {
                abortSignal: own,
                automaticContinuation: false,
                httpOptions: { extraBody: { ...body }, fetch: keptFetch },
              },
            }),
          read: ({ body: answer, response }) => answerOf(answer, response, reader),
        },
      ),
    findFile: async (access, name, signal) => {
      const key = JSON.stringify([access, name]);
      const known = files.get(key);
      if (known && known.untilMs > Date.now()) return known;
      const file = await exchange(
        { access, signal },
        {
          ask: (client, { own, keptFetch }) =>
            client.files.get({
              name,
              config: { abortSignal: own, httpOptions: { fetch: keptFetch } },
            }),
          read: (received) => readFile(name, received),
        },
      ).catch((error: unknown) => {
        throw missingFile(name, error);
      });
      files.set(key, { ...file, untilMs: Date.now() + fileTrustMs });
      return file;
    },
  };
}

const reader: AnswerReader = {
  vendor: "Google",
  read: readGoogleAnswer,
  findFailure: findGoogleFailure,
};

/**
 * Time in ms for which a known file is trusted. The API deletes files after two days, and a user at
 * any time.
 */
const fileTrustMs = 600_000;

type KnownFile = UploadedFile & { readonly untilMs: number };

/** Body of a call with a success status. */
interface Received {
  readonly body: JsonValue;
  readonly response: Response;
}

interface CallContext {
  readonly own: AbortSignal;
  readonly keptFetch: typeof fetch;
}

interface Exchange<Result> {
  readonly ask: (client: GoogleGenAI, context: CallContext) => Promise<unknown>;
  /** Reads the result. Throws a `ProviderError` for an invalid body. */
  readonly read: (received: Received) => Result;
}

async function createClient({ apiKey, baseUrl, cloud }: GoogleAccess): Promise<GoogleGenAI> {
  const httpOptions = { baseUrl };
  if (!cloud) {
    return new GoogleGenAI({
      vertexai: false,
      httpOptions,
      ...defined({ apiKey }),
    });
  }
  const { location, keyFile } = cloud;
  if (apiKey !== undefined) {
    const place = cloud.project === undefined ? {} : { project: cloud.project, location };
    return new GoogleGenAI({ vertexai: true, apiKey, httpOptions, ...place });
  }
  const { authClient, project } = await findCredentials(keyFile, cloud.project);
  const googleAuthOptions = { authClient };
  return new GoogleGenAI({ vertexai: true, project, location, httpOptions, googleAuthOptions });
}

interface CallPlace {
  readonly access: GoogleAccess;
  readonly signal: AbortSignal;
}

async function callOnce<Result>(
  { access, signal, pooledFetch }: CallPlace & { readonly pooledFetch: typeof fetch },
  {
    ask,
    read: readReceived,
  }: {
    readonly ask: (context: CallContext) => Promise<unknown>;
    readonly read: (received: Received) => Result;
  },
): Promise<Result> {
  const secrets = access.apiKey === undefined ? [] : [access.apiKey];
  let hasBegun = false;
  let received: Received | undefined;
  const keptFetch: typeof fetch = async (url, init) => {
    hasBegun = true;
    const token = new Headers(init?.headers).get("authorization")?.replace(/^Bearer /, "");
    if (token !== undefined) secrets.push(token);
    const response = await pooledFetch(url, init);
    if (!response.ok) throw await statusFailure(response, signal);
    received = { body: await readJsonBody(response, signal), response };
    return Response.json({});
  };
  try {
    await withOwnSignal(signal, (own) => ask({ own, keptFetch }));
    if (received) return readReceived(received);
    throw new Error("Google's client made no call.");
  } catch (error) {
    const read: FailedCall["read"] = () => {
      if (hasBegun) return "connection";
      return access.cloud && access.apiKey === undefined ? noCredentials(error) : undefined;
    };
    throw failureOfCall(error, { signal, address: access.baseUrl, secrets, read });
  }
}

/**
 * Converts the error for a missing file. The API answers 403 for such a file, because the file
 * could belong to another account.
 */
function missingFile(name: string, error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { status } = error.facts;
  if (status !== 403 && status !== 404) return error;
  return new ProviderError(
    `Failed to get file: ${name} due to error: ${error.message} ` +
      "The API keeps files for two days: upload it again with `ostinato media upload`.",
    { ...error.facts, kind: "missing-media" },
  );
}

function readFile(name: string, { body, response }: Received): UploadedFile {
  const { uri, mimeType, state } = isJsonObject(body) ? body : {};
  const told = findGoogleFailure(body);
  if (told && state === undefined) throw toldIn(response, told);
  if (state === "FAILED" || typeof uri !== "string" || typeof mimeType !== "string") {
    const why = told ? `: ${told.message}` : "";
    throw new ProviderError(`Failed to get file: ${name}. The API could not process it${why}.`, {
      kind: "missing-media",
    });
  }
  if (state === "PROCESSING") {
    throw new ProviderError(`The API is still processing ${name}.`, { kind: "status" });
  }
  return { uri, mimeType };
}
