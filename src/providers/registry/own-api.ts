/**
 * Makes a provider from a user's module. `docs/own-apis.md` explains the rules to the module's
 * author.
 */
import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import { withPlainNumbers } from "../../domain/json/exact-numbers.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { FailureFacts } from "../../domain/failure/failure-class.js";
import type { Answer } from "../../domain/record/outcome.js";
import { endedBySignal } from "../http/ended-by-signal.js";
import { secretsOf } from "../access/secrets.js";
import { missingKey } from "../access/find-access.js";
import { factsOfHeaders, rootMessage } from "../http/http-facts.js";
import { ProviderError } from "../provider.js";
import type { Provider, ProviderCall } from "../provider.js";
import { nearestMatch } from "../../domain/nearest-match.js";
import { redactFailure } from "../http/redact-failure.js";
import { parseJson } from "../../domain/json/parse-json.js";

/**
 * The default export of a module that adds an API: a name, a `send` function and optional members.
 * The module reports `usage` in the usual form.
 */
export type OwnApi = Pick<Provider, "name" | "send"> &
  Partial<Omit<Provider, "name" | "send" | "tokensOf">>;

const functionMembers = ["send", "check", "missingVariables", "media", "warmUp"] as const;

/**
 * Returns the problem of a module's default export, in words that follow "Expected … to be", with
 * the actual value. Otherwise returns `undefined`.
 */
export function problemOfOwnApi(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) {
    return `an object with \`name\` and \`send\`, got ${value === undefined ? "none" : typeof value}`;
  }
  // Every object has members, with values of any type.
  const api = value as Readonly<Record<string, unknown>>;
  const { name, send, secretVariables = [] } = api;
  if (typeof name !== "string" || !/^[\w.:-]+$/.test(name)) {
    return `an API whose \`name\` is a word of letters, digits, dots, colons and dashes, got ${typeof name === "string" ? JSON.stringify(name) : typeof name}`;
  }
  if (typeof send !== "function") return `an API with a function \`send\`, got ${typeof send}`;
  const odd = functionMembers.find(
    (member) => !["function", "undefined"].includes(typeof api[member]),
  );
  if (odd !== undefined) return `an API whose \`${odd}\` is a function, got ${typeof api[odd]}`;
  if (!isListOfTexts(secretVariables)) {
    return "an API whose `secretVariables` is a list of names of variables";
  }
  return problemOfFacts(api) ?? problemOfNames(api);
}

/** Returns the problem of a member that is not a function. */
function problemOfFacts(api: Readonly<Record<string, unknown>>): string | undefined {
  const { longestAnswer = [], demandedParameters = {}, priceList = { baseUrls: [] } } = api;
  if (!isListOfTexts(longestAnswer)) {
    return "an API whose `longestAnswer` is a list of names of parameters";
  }
  if (!isObject(demandedParameters) || Array.isArray(demandedParameters)) {
    return "an API whose `demandedParameters` is an object of parameters, e.g. { max_tokens: 4096 }";
  }
  const { vendor = "", baseUrls } = isObject(priceList) ? priceList : {};
  return typeof vendor === "string" && isListOfTexts(baseUrls)
    ? undefined
    : 'an API whose `priceList` is an object such as { vendor: "openai", baseUrls: ["MY_BASE_URL"] }';
}

const members = [
  ...["name", "send", "check", "secretVariables", "missingVariables", "media", "sortsByModel"],
  ...["warmUp", "longestAnswer", "priceList", "demandedParameters"],
];

/**
 * Returns the problem of a misspelled member, which would be ignored. Unknown members are allowed,
 * because a module may have its own.
 */
function problemOfNames(api: Readonly<Record<string, unknown>>): string | undefined {
  if (api["tokensOf"] !== undefined) {
    return "an API without `tokensOf`; let `send` return `usage` with input_tokens and output_tokens";
  }
  for (const name of Object.keys(api)) {
    const nearest = members.includes(name) ? undefined : nearestMatch(name, members);
    if (nearest !== undefined) {
      return `an API with known members, got \`${name}\` (did you mean \`${nearest}\`?)`;
    }
  }
  return undefined;
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

export function toProvider(api: OwnApi): Provider {
  const { secretVariables = [], demandedParameters } = api;
  return {
    name: api.name,
    secretVariables,
    check: (record) => api.check?.(withPlainNumbers(record)) ?? [],
    missingVariables: (record, environment) =>
      api.missingVariables?.(record, environment) ??
      secretVariables.flatMap((variable) => missingKey(variable, record, environment)),
    ...(api.sortsByModel === true && { sortsByModel: true }),
    ...defined({ longestAnswer: api.longestAnswer, priceList: api.priceList, demandedParameters }),
    ...(api.media && { media: (record) => api.media?.(record) ?? [] }),
    ...(api.warmUp && { warmUp: async () => api.warmUp?.() }),
    send: async (call) => {
      try {
        return readAnswer(api.name, await api.send(callFor(api, call)));
      } catch (error) {
        const secrets = Object.values(secretsOf(call.environment, secretVariables));
        throw toProviderError(error, call, secrets);
      }
    },
  };
}

function callFor({ demandedParameters }: OwnApi, call: ProviderCall): ProviderCall {
  const record = withPlainNumbers(call.record);
  if (!demandedParameters) return { ...call, record };
  const parameters = { ...demandedParameters, ...record.parameters };
  return { ...call, record: { ...record, parameters } };
}

function readAnswer(name: string, answer: unknown): Answer {
  // A value that is not JSON would fail at the outcome log, after the call was paid for.
  const plain = parseJson(JSON.stringify(answer ?? null));
  if (isJsonObject(plain) && plain["response"] !== undefined) return plain as unknown as Answer;
  throw new ProviderError(
    `Expected \`send\` of the API ${JSON.stringify(name)} to give an object with \`response\`, got ${JSON.stringify(plain).slice(0, 100)}.`,
    { kind: "internal" },
  );
}

function toProviderError(
  error: unknown,
  { signal }: ProviderCall,
  secrets: readonly string[],
): ProviderError {
  const facts = factsOf(error);
  if (signal.aborted && facts.kind === "internal") return endedBySignal(signal);
  const isOuter = facts.kind === "internal" || facts.kind === "connection";
  const message = isOuter ? rootMessage(error) : errorText(error);
  return redactFailure(new ProviderError(message, facts), secrets);
}

const kinds: readonly unknown[] = [
  "status",
  "connection",
  "timeout",
  "aborted",
  "broken-body",
  "bad-prompt",
  "missing-media",
  "missing-key",
] satisfies readonly FailureFacts["kind"][];

/**
 * Reads the facts of a `ProviderError`, from any copy of this package. For all other errors, reads
 * the fields that vendors' clients set.
 */
function factsOf(error: unknown): FailureFacts {
  if (typeof error !== "object" || error === null) return { kind: "internal" };
  // The error comes from unknown code.
  const { facts, cause, ...told } = error as Readonly<Record<string, unknown>>;
  // Facts with a known kind are ours.
  if (isObject(facts) && kinds.includes(facts["kind"])) return facts as unknown as FailureFacts;
  const ofStatus = factsOfStatus(told);
  if (ofStatus) return ofStatus;
  const isFetch = error instanceof TypeError && isObject(cause);
  const code = isFetch ? cause["code"] : undefined;
  return typeof code === "string" ? { kind: "connection", code } : { kind: "internal" };
}

function factsOfStatus({
  status,
  headers,
  code,
}: Readonly<Record<string, unknown>>): FailureFacts | undefined {
  if (typeof status !== "number" || status < 400 || status > 599) return undefined;
  return {
    kind: "status",
    status,
    ...(typeof code === "string" && { code }),
    ...(headers instanceof Headers && factsOfHeaders(headers)),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
