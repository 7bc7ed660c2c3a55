/**
 * Matches names of variables with API keys, including keys for one model: `OPENAI_API_KEY_gpt_4o`.
 */
const isKey = /_API_KEY(_|$)|^(GOOGLE_APPLICATION_CREDENTIALS|HF_TOKEN)$/;

/**
 * Returns the environment of user code in a child process: the worker's variables without the API
 * keys, and the code's own variables.
 */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const others = Object.entries(environment).filter(([name]) => !isKey.test(name));
  return { ...Object.fromEntries(others), ...variables };
}
