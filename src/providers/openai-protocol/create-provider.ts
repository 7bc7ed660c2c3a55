/**
 * Creates an adapter for an API with OpenAI's protocol. Such adapters differ only in their
 * variables, addresses and limits.
 *
 * `mode` `completion` sends a text to the old completions API; chats and histories still go to chat
 * completions. `mode` `responses` sends every prompt to the Responses API. `parameters` are sent
 * unchanged.
 */
import { defined } from "../../domain/defined.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { PriceList, Provider, ProviderCall } from "../provider.js";
import { accessPerModel } from "../access/access-per-model.js";
import type { AccessOf } from "../access/access-per-model.js";
import { missingKey } from "../access/find-access.js";
import { loadOnce } from "../registry/load-once.js";
import { checkRecord, requireMode } from "./check-record.js";
import type { Mode } from "./check-record.js";
import type { OpenAiAccess, OpenAiRequest } from "./client.js";
import { messagesOf, partsOf } from "./messages.js";
import { fileOf } from "./parts.js";
import { responsesInputOf } from "./responses-input.js";

export interface OpenAiProtocol {
  readonly name: string;
  /** Supported modes. @default all */
  readonly modes?: readonly Mode[];
  /** OpenAI's parameters that the API rejects, with the API's own names for them. @default none */
  readonly renamedParameters?: Readonly<Record<string, string>>;
  readonly requiredVariables: readonly string[];
  readonly secretVariables: readonly string[];
  /**
   * Returns the access for a record. Throws a `missing-key` if the environment has no key. Reads
   * only the model of the record.
   */
  readonly accessOf: AccessOf<OpenAiAccess>;
  /** `model` of the request. @default the record's `model_name` */
  readonly model?: string;
  readonly priceList?: PriceList;
  /** Maximum size of an image file, in bytes. @default no limit is known */
  readonly mostImageBytes?: number;
}

export function createOpenAiProtocolProvider(protocol: OpenAiProtocol): Provider {
  const load = loadOnce(async () => {
    const client = await import("./client.js");
    return client.createOpenAiSend();
  });
  const accessOf = accessPerModel(protocol.accessOf);
  const {
    name,
    requiredVariables,
    secretVariables,
    renamedParameters,
    modes = ["chat", "completion", "responses"],
  } = protocol;
  return {
    name,
    check: (record) => checkRecord(record, { api: name, modes, renamedParameters }),
    missingVariables: (record, environment) =>
      requiredVariables.flatMap((variable) => missingKey(variable, record, environment)),
    secretVariables,
    ...defined({ priceList: protocol.priceList }),
    media: ({ prompt }) =>
      historyOf(prompt)
        .flatMap(partsOf)
        .map((part) => fileOf(part, protocol.mostImageBytes))
        .filter((file) => file !== undefined),
    warmUp: load,
    send: async (call) => {
      const access = accessOf(call.record, call.environment);
      const request = await requestOf(call, requireMode(call.record["mode"], modes), protocol);
      const send = await load();
      return send(access, request, call.signal);
    },
  };
}

/** Returns the history in a prompt. A record is raw JSON, so its type guarantees nothing. */
function historyOf(prompt: unknown): readonly JsonObject[] {
  return Array.isArray(prompt) ? prompt.filter((message: JsonValue) => isJsonObject(message)) : [];
}

async function requestOf(
  call: ProviderCall,
  mode: Mode,
  { name, model: fixedModel, mostImageBytes }: OpenAiProtocol,
): Promise<OpenAiRequest> {
  const { model_name: ownModel = "", parameters, prompt } = call.record;
  const model = fixedModel ?? ownModel;
  const given = parameters ?? {};
  if (mode === "completion" && typeof prompt === "string") {
    return { path: "/completions", body: { model, prompt, ...given } };
  }
  const messages = await messagesOf(call, { api: name, mostImageBytes });
  return mode === "responses"
    ? { path: "/responses", body: { model, input: responsesInputOf(messages), ...given } }
    : { path: "/chat/completions", body: { model, messages, ...given } };
}
