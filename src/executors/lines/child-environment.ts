/** Keys of APIs, also those for one model alone: `OPENAI_API_KEY_gpt_4o`. */
const isKey = /_API_KEY(_|$)|^(GOOGLE_APPLICATION_CREDENTIALS|HF_TOKEN)$/;

/**
 * The environment of user code in a child process: that of the worker without the API keys, and its
 * own variables.
 */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const others = Object.entries(environment).filter(([name]) => !isKey.test(name));
  return { ...Object.fromEntries(others), ...variables };
}
