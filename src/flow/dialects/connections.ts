/**
 * Connections of promptflow. Each stands for one of our APIs, whose key is in the worker's
 * environment.
 */
import { hintOf } from "../../domain/nearest-match.js";
import type { ReadFlowOptions } from "./flow-reading.js";

export interface Connected {
  readonly connection?: string;
  /**
   * Name of promptflow for a kind of connection: `AzureOpenAI`, `azure_openai`,
   * `AzureOpenAIConnection`.
   */
  readonly provider?: string;
}

export type ApiOf = { readonly api: string } | { readonly problem: string };

const providers: Readonly<Record<string, string>> = {
  azureopenai: "azure-openai",
  openai: "openai",
};

/**
 * Returns the API of a connection: the caller's choice, otherwise the provider's API, otherwise the
 * API with the connection's name.
 */
export function apiOfConnection(
  { connection, provider }: Connected,
  { apis, connections = {} }: ReadFlowOptions,
): ApiOf {
  const chosen = chosenApi(connection, connections);
  if (chosen !== undefined) {
    if (apis.includes(chosen)) return { api: chosen };
    return {
      problem: `the connection "${connection ?? ""}" stands for "${chosen}", which is no API. ${hintOf(chosen, apis)}`,
    };
  }
  const provided = provider === undefined ? undefined : apiOfProvider(provider);
  if (provided !== undefined) return { api: provided };
  const alike = connection === undefined ? undefined : apiAlike(connection, apis);
  if (alike !== undefined) return { api: alike };
  if (connection === undefined) {
    const known = provider === undefined ? "" : ` The provider "${provider}" is unknown.`;
    return { problem: `it names no connection.${known} Add \`connection: NAME\`.` };
  }
  return {
    problem: `it is unknown which API the connection "${connection}" stands for. Add --connection ${connection}=API, e.g. --connection ${connection}=openai.`,
  };
}

function chosenApi(
  connection: string | undefined,
  connections: Readonly<Record<string, string>>,
): string | undefined {
  if (connection === undefined || !Object.hasOwn(connections, connection)) return undefined;
  return connections[connection];
}

function apiOfProvider(provider: string): string | undefined {
  const name = provider
    .toLowerCase()
    .replace(/[_-]/g, "")
    .replace(/connection$/, "");
  return providers[name];
}

function apiAlike(connection: string, apis: readonly string[]): string | undefined {
  return apis.find((api) => api === connection || api === connection.replaceAll("_", "-"));
}
