/**
 * The APIs that a record can name. A new one is a file and a row here.
 *
 * Every command reads these files, to check records and keys, so an adapter's own file is light: what it needs of its
 * vendor, client and schemas, it imports when it sends.
 */
import { nearestMatch } from "../domain/nearest-match.js";
import type { PromptRecord } from "../domain/prompt-record.js";
import { UserError } from "../domain/user-error.js";
import { createAnthropicProvider } from "./anthropic.js";
import { createOpenAiProvider } from "./openai.js";
import { createTestProvider } from "./test.js";
import type { Provider } from "./provider.js";

const adapters: readonly Provider[] = [
  createTestProvider(),
  createOpenAiProvider(),
  createAnthropicProvider(),
];

const rows: ReadonlyMap<string, Provider> = new Map(
  adapters.map((provider) => [provider.name, provider]),
);

export const providerNames: readonly string[] = [...rows.keys()];

/** Of all APIs, the variables that hold secrets, without the suffix of a model. */
export const secretVariables: readonly string[] = [...rows.values()].flatMap(
  (provider) => provider.secretVariables,
);

/** The process's one adapter for an API, which keeps its clients. Throws `UserError` where there is none. */
export async function loadProvider(name: string): Promise<Provider> {
  const provider = rows.get(name);
  if (!provider) throw new UserError(unknownApi(name));
  return provider;
}

/** What is wrong with a record and can be known before a call; calls nobody and reads no file. */
export function checkRecord(record: PromptRecord): readonly string[] {
  const provider = rows.get(record.api);
  return provider ? provider.check(record) : [unknownApi(record.api)];
}

function unknownApi(name: string): string {
  const nearest = nearestMatch(name, providerNames);
  const known = providerNames.map((provider) => `\`${provider}\``).join(", ");
  const hint = nearest === undefined ? `There are ${known}.` : `Did you mean "${nearest}"?`;
  return `Expected \`api\` to be a known API, got ${JSON.stringify(name)}. ${hint}`;
}
