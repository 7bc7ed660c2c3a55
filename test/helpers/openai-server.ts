import { startVendorServer } from "./vendor-server.js";
import type { Reply, VendorServer } from "./vendor-server.js";

/** A loopback server with OpenAI's protocol. */
export interface OpenAiServer extends VendorServer {
  /** Value for `OPENAI_BASE_URL`. */
  readonly url: string;
}

export async function startOpenAiServer({ reply }: { reply: Reply }): Promise<OpenAiServer> {
  const server = await startVendorServer(reply);
  return { ...server, url: `${server.origin}/v1` };
}

/** A whole answer of chat completions, with one choice per text. */
export function chatAnswer(...texts: readonly (string | null)[]): Record<string, unknown> {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "gpt-4o-2024-08-06",
    choices: texts.map((content, index) => ({
      index,
      message: { role: "assistant", content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    })),
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  };
}
