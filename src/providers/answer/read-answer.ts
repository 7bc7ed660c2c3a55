import type { JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { findToldFailure, readNoAnswer } from "../failure/told-failure.js";
import type { ToldFailure } from "../failure/told-failure.js";
import { ProviderError } from "../provider.js";
import { factsOfHeaders } from "../http/http-facts.js";
import { brokenBody, readJsonBody } from "../http/read-json-body.js";

export interface AnswerReader {
  /** Vendor of the answer format, for messages: `OpenAI`. */
  readonly vendor: string;
  /** Reads the body of a successful call. Returns a problem if the body is invalid. */
  readonly read: (body: JsonValue) => Answer | { readonly problem: string };
  /**
   * Finds a failure in the body of a successful response. @default finds a failure in any of the
   * usual forms
   */
  readonly findFailure?: (body: JsonValue) => ToldFailure | undefined;
}

/**
 * Reads the answer from a response with a success status. Throws if the body contains a failure or
 * is broken.
 */
export async function readAnswer(
  response: Response,
  signal: AbortSignal,
  reader: AnswerReader,
): Promise<Answer> {
  return answerOf(await readJsonBody(response, signal), response, reader);
}

export function answerOf(
  body: JsonValue,
  response: Response,
  { vendor, read, findFailure = findToldFailure }: AnswerReader,
): Answer {
  const told = findFailure(body);
  if (told) throw toldIn(response, told);
  const answer = read(body);
  if (!("problem" in answer)) return answer;
  const noAnswer = readNoAnswer(body);
  if (noAnswer.facts.status !== undefined) throw toldIn(response, noAnswer);
  throw brokenBody(
    `Expected an answer in ${vendor}'s form, got: ${answer.problem} The server's words: ${noAnswer.message}`,
    response,
  );
}

/** Builds the error. Facts from the response's headers override those from its body. */
export function toldIn({ headers }: Response, { message, facts }: ToldFailure): ProviderError {
  const ofHeaders = factsOfHeaders(headers);
  return new ProviderError(message, {
    kind: "status",
    ...ofHeaders,
    ...facts,
    headers: { ...facts.headers, ...ofHeaders.headers },
  });
}
