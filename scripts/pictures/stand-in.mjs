import { createServer } from "node:http";
import { setTimeout } from "node:timers";

const wrong = {
  "gpt-4o": 0.06,
  "claude-sonnet-4-5": 0.04,
  "mistral-large-latest": 0.13,
};

/**
 * A server on loopback that speaks OpenAI's, Anthropic's and Mistral's protocol, and can add. Its
 * answers, delays and failures depend on the prompt alone, so each picture shows the same.
 *
 * @returns {Promise<{ origin: string, close: () => void }>}
 */
export async function startStandIn() {
  const asked = new Map();
  const server = createServer(async (request, response) => {
    const { model, messages } = JSON.parse(await textOf(request));
    const prompt = textOfContent(messages.at(-1).content);
    const share = shareOf(`${model} ${prompt}`);
    const tries = (asked.get(`${model} ${prompt}`) ?? 0) + 1;
    asked.set(`${model} ${prompt}`, tries);
    const { status, body } = reply({ path: request.url, model, prompt, share, tries });
    setTimeout(
      () => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      },
      500 + 2_500 * share ** 2,
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function reply({ path, model, prompt, share, tries }) {
  if (share > 0.985 && tries === 1) {
    return failure(500, "The server had an error while processing your request.");
  }
  if (share < 0.012) {
    return failure(400, "This prompt was flagged by the content filter.");
  }
  const [, one, other] = /(\d+) \+ (\d+)/.exec(prompt);
  const sum = Number(one) + Number(other) + (shareOf(`${prompt} ${model}`) < wrong[model] ? 10 : 0);
  const tokens = { input: Math.ceil(prompt.length / 4) + 8, output: 3 };
  const text = String(sum);
  if (path.endsWith("/messages")) {
    return {
      status: 200,
      body: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model,
        stop_reason: "end_turn",
        content: [{ type: "text", text }],
        usage: { input_tokens: tokens.input, output_tokens: tokens.output },
      },
    };
  }
  return {
    status: 200,
    body: {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
      usage: {
        prompt_tokens: tokens.input,
        completion_tokens: tokens.output,
        total_tokens: tokens.input + tokens.output,
      },
    },
  };
}

function failure(status, message) {
  return { status, body: { type: "error", message, error: { type: "error", message } } };
}

function textOfContent(content) {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("");
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A number from 0 to 1 that depends on the text (FNV-1a, mixed once). */
function shareOf(text) {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 0x1_0000_0000;
}
