/**
 * The remedy for each kind of failure, for users. A command comes first, so that no screen cuts it
 * off.
 */

const retryLater = "ostinato retry-failed NAME, for records that still fail after the retries";
const rejected =
  "ostinato retry-failed NAME, if a retry can succeed. Otherwise correct the records and run the file again.";

/** `NAME` stands for the experiment's name. */
const remedies: Readonly<Record<string, string>> = {
  Aborted: retryLater,
  Authentication: "ostinato resume NAME, once the key is correct",
  BadPrompt: "Correct the prompt in the input, then run the file again.",
  BadRequest: rejected,
  BrokenBody: retryLater,
  cancelled: "ostinato retry-failed NAME sends them.",
  Certificate: "ostinato resume NAME, once the certificate or address is correct",
  Connection: "ostinato retry-failed NAME at the end, once the API can be reached",
  CostReached: "ostinato resume NAME --max-cost N with a larger sum",
  ContentRefused: "Reword the prompt: the API refuses its content.",
  Dropped:
    "Correct the model's name or its key, and run the file again once this run has ended. Other answers are reused.",
  Forbidden: "ostinato retry-failed NAME at the end, once the key may do this",
  internal: "Report this error, or correct the adapter of your own API.",
  MissingKey: "ostinato resume NAME, once the key is in the environment file",
  MissingMedia: "ostinato retry-failed NAME at the end, once the file is there",
  NotFound:
    "Correct the model's name or the API's address, and run the file again once this run has ended. Other answers are reused.",
  Overloaded: retryLater,
  Permission: "ostinato resume NAME, once the key may use the model",
  Proxy: "ostinato resume NAME, once the proxy accepts the calls",
  Quota: "ostinato resume NAME, once the account has credit",
  RateLimit: "ostinato change NAME --max-queries N with a lower rate, if these go on",
  Redirected: "ostinato resume NAME, once the API's address is correct",
  ServerError: retryLater,
  Timeout: "Raise --timeout if answers take long. Then: ostinato retry-failed NAME",
  TooLarge: "Shorten the prompt, then run the file again.",
  UnknownPrice: "ostinato retry-failed NAME --prices FILE, with the price of the model",
  Unprocessable: rejected,
  WorkerDied: "ostinato retry-failed NAME at the end, with more memory",
};

const otherRemedy = "ostinato why NAME ID shows what happened to one of them.";

/**
 * Returns the remedy for a kind of failure.
 *
 * @param name the experiment's name, quoted for the shell
 * @param other remedy for a kind that only the user's code knows.
 *   @default the command that shows a record's life
 */
export function remedyFor(type: string, name: string, other = otherRemedy): string {
  return (remedies[type] ?? other).replace("NAME", () => name);
}
