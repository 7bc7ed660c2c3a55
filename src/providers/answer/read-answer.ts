import type { JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { findToldFailure } from "../failure/told-failure.js";
import type { ToldFailure } from "../failure/told-failure.js";
import { ProviderError } from "../provider.js";
import { factsOfHeaders } from "../http/http-facts.js";
import { brokenBody, readJsonBody } from "../http/read-json-body.js";

export interface AnswerReader {
  /** Whose form an answer has, for messages: `OpenAI`. */
  readonly vendor: string;
  /** Reads the body of a successful call, or tells what is wrong with it. */
  readonly read: (body: JsonValue) => Answer | { readonly problem: string };
  /** A failure that is told where an answer should be. @default in any of the usual forms */
  readonly findFailure?: (body: JsonValue) => ToldFailure | undefined;
}

/** The answer in a response whose status is a success. A failure told in its body, or a broken one, is thrown. */
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
  throw brokenBody(`Expected an answer in ${vendor}'s form, got: ${answer.problem}`, response);
}

/** A response's own headers come before what its body says in their place. */
export function toldIn({ headers }: Response, { message, facts }: ToldFailure): ProviderError {
  const ofHeaders = factsOfHeaders(headers);
  return new ProviderError(message, {
    kind: "status",
    ...ofHeaders,
    ...facts,
    headers: { ...facts.headers, ...ofHeaders.headers },
  });
}
