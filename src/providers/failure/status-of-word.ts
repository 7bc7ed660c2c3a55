/**
 * HTTP statuses by the API's own word for a failure. They are used for failures without a status.
 */

const statusByWord: Readonly<Record<string, number>> = {
  // OpenAI and servers with its protocol.
  invalid_request_error: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  bad_request: 400,
  invalid_api_key: 401,
  unauthorized: 401,
  insufficient_quota: 429,
  unsupported_country_region_territory: 403,
  model_not_found: 404,
  rate_limit_exceeded: 429,
  too_many_requests: 429,
  server_error: 500,
  internal_error: 500,
  internal_server_error: 500,
  bad_gateway: 502,
  service_unavailable: 503,
  // https://platform.claude.com/docs/en/api/errors
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
  // https://cloud.google.com/apis/design/errors#handling_errors
  invalid_argument: 400,
  failed_precondition: 400,
  out_of_range: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  aborted: 409,
  already_exists: 409,
  resource_exhausted: 429,
  cancelled: 499,
  data_loss: 500,
  internal: 500,
  unknown: 500,
  unimplemented: 501,
  unavailable: 503,
  deadline_exceeded: 504,
};

/** Codes of OpenAI's Responses API about the prompt or its images. */
const refusing = /^(invalid_|image_|unsupported_|empty_|failed_to_download_|bio_policy)/;

export function statusOfWord(word: string): number | undefined {
  const lower = word.toLowerCase();
  if (Object.hasOwn(statusByWord, lower)) return statusByWord[lower];
  return refusing.test(lower) ? 400 : undefined;
}
