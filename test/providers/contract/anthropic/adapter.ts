import { Anthropic } from "@anthropic-ai/sdk";
import { createAnthropicProvider } from "../../../../src/providers/anthropic/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import { away, blocked, permanent, throttled } from "../failure-rows.js";
import { forms } from "./forms.js";
import { answer, errorBody, message, model, parameters, prompt } from "./messages.js";

export const adapter: AdapterUnderTest = {
  name: "anthropic",
  create: createAnthropicProvider,
  record: { api: "anthropic", model_name: model, prompt, parameters },
  environment: (origin, key) => ({ ANTHROPIC_BASE_URL: origin, ANTHROPIC_API_KEY: key }),
  requiredVariables: ["ANTHROPIC_API_KEY"],
  reply: message,
  answer,
  textPath: ["content", 0, "text"],
  decisivePaths: ["content.0.type"],
  oddMembers: {
    reply: { usage: [5, 7], model: 7 },
    answer: { usage: [5, 7], model: 7 },
  },
  tokens: { input: 42, output: 6, cachedInput: 30, uncounted: 30 },
  errorBody,
  requestIdHeader: "request-id",
  forms,
  refusedPrompts: [
    3,
    { role: "user", content: "Hi" },
    ["Hi", { role: "user", content: "Hi" }],
    [{ role: "user", content: "Hi" }, null],
  ],
  failures: [
    {
      title: "an account without credit",
      reply: {
        status: 400,
        body: errorBody(
          "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
          "invalid_request_error",
        ),
      },
      ...blocked("Quota"),
    },
    {
      title: "an account at its limit of spending",
      reply: {
        status: 400,
        body: errorBody(
          "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
          "invalid_request_error",
        ),
      },
      ...blocked("Quota"),
    },
    {
      title: "a billing error",
      reply: { status: 402, body: errorBody("There is an issue with billing.", "billing_error") },
      ...blocked("Quota"),
    },
    {
      title: "an unknown model",
      reply: { status: 404, body: errorBody("model: claude-9", "not_found_error") },
      ...permanent("NotFound"),
    },
    {
      title: "an overload",
      reply: { status: 529, body: errorBody("Overloaded", "overloaded_error") },
      ...away("Overloaded"),
    },
    {
      title: "an overload that a gateway passes on with status 200",
      reply: { body: errorBody("Overloaded", "overloaded_error") },
      ...away("Overloaded"),
    },
    {
      title: "a limit that names its end",
      reply: {
        status: 429,
        body: errorBody("This request would exceed your rate limit", "rate_limit_error"),
        headers: { "retry-after": "8", "anthropic-ratelimit-requests-remaining": "0" },
      },
      ...throttled(8_000),
    },
  ],
  client: Anthropic,
  bareCall: async (origin, key) => {
    const client = new Anthropic({ apiKey: key, baseURL: origin, maxRetries: 0 });
    return () =>
      client.messages.create({
        model,
        max_tokens: 64,
        messages: [{ role: "user", content: prompt }],
      });
  },
};
