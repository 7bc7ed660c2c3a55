import type { Answer } from "../../../src/domain/outcome.js";
import type { FailureRow, PromptFormCase } from "./adapter-under-test.js";

/** What the Gemini API and Vertex AI have in common. */

export const model = "gemini-2.0-flash";
export const prompt = "What is a canon?";

const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };

const safetyRatings = [
  { category: "HARM_CATEGORY_HATE_SPEECH", probability: "NEGLIGIBLE" },
  { category: "HARM_CATEGORY_HARASSMENT", probability: "LOW", blocked: false },
];

const safety = {
  HARM_CATEGORY_HATE_SPEECH: "NEGLIGIBLE",
  HARM_CATEGORY_HARASSMENT: "LOW",
};

export const reply = {
  candidates: [
    {
      content: { parts: [{ text: "A round" }], role: "model" },
      finishReason: "STOP",
      index: 0,
      safetyRatings,
    },
  ],
  usageMetadata,
  modelVersion: "gemini-2.0-flash-001",
  responseId: "r1",
};

export const answer: Answer = {
  response: "A round",
  model: "gemini-2.0-flash-001",
  finishReason: "STOP",
  usage: usageMetadata,
  extra: {
    safety_attributes: { ...safety, blocked: "[False, False]", finish_reason: "STOP" },
  },
};

export const errorBody = (message: string, status = "UNKNOWN", details: unknown = []): unknown => ({
  error: { code: 400, message, status, details },
});

const settings = (threshold: string): unknown =>
  ["DANGEROUS_CONTENT", "HATE_SPEECH", "HARASSMENT", "SEXUALLY_EXPLICIT"].map((category) => ({
    category: `HARM_CATEGORY_${category}`,
    threshold,
  }));

export const safetySettings = settings("BLOCK_MEDIUM_AND_ABOVE");

export const content = (role: string, ...parts: readonly unknown[]): unknown => ({ role, parts });

const body = {
  contents: [content("user", { text: prompt })],
  safetySettings,
  generationConfig: {},
};

const blockedPrompt = {
  promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
  usageMetadata,
  modelVersion: "gemini-2.0-flash-001",
};

const blockedPromptAnswer: Answer = {
  response: "",
  model: "gemini-2.0-flash-001",
  finishReason: "PROHIBITED_CONTENT",
  usage: usageMetadata,
  extra: {
    safety_attributes: {
      blocked: "True",
      finish_reason: "block_reason: PROHIBITED_CONTENT",
    },
  },
};

const blockedAnswer = {
  ...reply,
  candidates: [
    {
      finishReason: "SAFETY",
      index: 0,
      safetyRatings: [
        { category: "HARM_CATEGORY_HATE_SPEECH", probability: "HIGH", blocked: true },
      ],
    },
  ],
};

const blockedAnswerAnswer: Answer = {
  ...answer,
  response: "",
  finishReason: "SAFETY",
  extra: {
    safety_attributes: {
      HARM_CATEGORY_HATE_SPEECH: "HIGH",
      blocked: "[True]",
      finish_reason: "SAFETY",
    },
  },
};

/** A blocked prompt and a blocked answer, in each form of a prompt. */
function blockedForms(path: string): readonly PromptFormCase[] {
  const forms: Readonly<Record<string, Pick<PromptFormCase, "given" | "turn" | "answers">>> = {
    "a text": { given: {} },
    "a turn of a chat": {
      given: { prompt: ["One?", prompt, "Three?"] },
      turn: 1,
      answers: [{ response: "" }],
    },
    "a history": { given: { prompt: [{ role: "user", parts: prompt }] } },
  };
  return Object.entries(forms).flatMap(([title, form]) => {
    const contents =
      form.turn === undefined
        ? body.contents
        : [content("user", { text: "One?" }), ...body.contents];
    const sent = { path, body: { ...body, contents } };
    return [
      {
        title: `${title} that is blocked`,
        ...form,
        reply: blockedPrompt,
        sent,
        answer: blockedPromptAnswer,
      },
      {
        title: `${title} whose answer is blocked`,
        ...form,
        reply: blockedAnswer,
        sent,
        answer: blockedAnswerAnswer,
      },
    ];
  });
}

export function commonForms(path: string): readonly PromptFormCase[] {
  return [
    {
      title: "a text, with parameters in the generation config or beside it",
      given: {
        parameters: {
          max_output_tokens: 64,
          temperature: 0.5,
          tools: [{ google_search: {} }],
          system_instruction: { parts: [{ text: "Be brief." }] },
        },
        safety_filter: "none",
      },
      sent: {
        path,
        body: {
          contents: body.contents,
          safetySettings: settings("BLOCK_NONE"),
          generationConfig: { max_output_tokens: 64, temperature: 0.5 },
          tools: [{ google_search: {} }],
          system_instruction: { parts: [{ text: "Be brief." }] },
        },
      },
    },
    ...Object.entries({
      few: "BLOCK_ONLY_HIGH",
      some: "BLOCK_MEDIUM_AND_ABOVE",
      default: "BLOCK_MEDIUM_AND_ABOVE",
      most: "BLOCK_LOW_AND_ABOVE",
    }).map(([filter, threshold]) => ({
      title: `a text with safety_filter ${filter}`,
      given: { safety_filter: filter },
      sent: { path, body: { ...body, safetySettings: settings(threshold) } },
    })),
    {
      title: "the second turn of a chat",
      given: { prompt: ["One?", "Two?", "Three?"] },
      turn: 1,
      answers: [{ response: "One." }],
      sent: {
        path,
        body: {
          contents: [
            content("user", { text: "One?" }),
            content("model", { text: "One." }),
            content("user", { text: "Two?" }),
          ],
          safetySettings,
          generationConfig: {},
        },
      },
    },
    {
      title: "a history, its system message apart",
      given: {
        prompt: [
          { role: "system", parts: "Be brief." },
          { role: "user", parts: ["One?", { type: "text", media: "Or two?" }] },
          { role: "model", parts: { text: "One." } },
          { role: "user", parts: { type: "text", media: "Two?" } },
        ],
      },
      sent: {
        path,
        body: {
          systemInstruction: { parts: [{ text: "Be brief." }] },
          contents: [
            content("user", { text: "One?" }, { text: "Or two?" }),
            content("model", { text: "One." }),
            content("user", { text: "Two?" }),
          ],
          safetySettings,
          generationConfig: {},
        },
      },
    },
    {
      title: "a text, and keeps thoughts and calls of functions apart from the answer's",
      given: { parameters: { thinkingConfig: { includeThoughts: true } } },
      reply: {
        ...reply,
        candidates: [
          {
            content: {
              parts: [
                { text: "A canon is …", thought: true },
                { text: "A " },
                { text: "round", thoughtSignature: "c2ln" },
                { functionCall: { name: "look_up", args: { word: "canon" } } },
              ],
            },
            finishReason: "STOP",
            avgLogprobs: -0.1,
          },
        ],
      },
      sent: {
        path,
        body: { ...body, generationConfig: { thinkingConfig: { includeThoughts: true } } },
      },
      answer: {
        ...answer,
        extra: {
          safety_attributes: { blocked: "[]", finish_reason: "STOP" },
          thoughts: "A canon is …",
          parts: [{ functionCall: { name: "look_up", args: { word: "canon" } } }],
          avg_logprobs: -0.1,
        },
      },
    },
    {
      title: "a text that has two candidates for an answer",
      given: { parameters: { candidateCount: 2 } },
      reply: {
        ...reply,
        candidates: [
          reply.candidates[0],
          { content: { parts: [{ text: "A ro" }] }, finishReason: "MAX_TOKENS" },
        ],
      },
      sent: { path, body: { ...body, generationConfig: { candidateCount: 2 } } },
      answer: {
        ...answer,
        response: ["A round", "A ro"],
        finishReason: ["STOP", "MAX_TOKENS"],
        extra: {
          safety_attributes: [
            answer.extra!["safety_attributes"]!,
            { blocked: "[]", finish_reason: "MAX_TOKENS" },
          ],
        },
      },
    },
    ...blockedForms(path),
  ];
}

export const commonRefusals: readonly unknown[] = [
  3,
  { role: "user", parts: "Hi" },
  [{ role: "assistant", parts: "Hi" }],
  [{ role: "user", content: "Hi" }],
  [{ role: "system", parts: "Be brief." }],
  [
    { role: "user", parts: "Hi" },
    { role: "system", parts: "Be brief." },
  ],
  ["Hi", { role: "user", parts: "Hi" }],
  [{ role: "user", parts: [3] }],
  [{ role: "user", parts: [{ media: "a.png" }] }],
  [{ role: "user", parts: [{ type: "image" }] }],
];

const rpc = (type: string, facts: object): object => ({
  "@type": `type.googleapis.com/google.rpc.${type}`,
  ...facts,
});

const spent = (quotaId: string, quotaValue: string): unknown =>
  errorBody("You exceeded your current quota", "RESOURCE_EXHAUSTED", [
    rpc("QuotaFailure", { violations: [{ quotaId, quotaValue }] }),
    rpc("RetryInfo", { retryDelay: "17s" }),
  ]);

export const commonFailures: readonly FailureRow[] = [
  {
    title: "a pace that is too high, with RetryInfo",
    reply: {
      status: 429,
      body: spent("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15"),
    },
    class: "transient",
    type: "RateLimit",
    retryAfterMs: 17_000,
  },
  {
    title: "a pace that is too high, with RetryInfo and Retry-After, which comes first",
    reply: {
      status: 429,
      headers: { "retry-after": "3" },
      body: spent("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15"),
    },
    class: "transient",
    type: "RateLimit",
    retryAfterMs: 3_000,
  },
  {
    title: "a quota that is spent for the day",
    reply: { status: 429, body: spent("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "50") },
    class: "blocked",
    type: "Quota",
  },
  {
    title: "a quota of nothing",
    reply: { status: 429, body: spent("GenerateContentInputTokensPerModelPerMinute", "0") },
    class: "blocked",
    type: "Quota",
  },
  {
    title: "a wrong key",
    reply: {
      status: 400,
      body: errorBody("API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", [
        rpc("ErrorInfo", { reason: "API_KEY_INVALID", domain: "googleapis.com" }),
      ]),
    },
    class: "blocked",
    type: "Authentication",
  },
  {
    title: "an account without billing",
    reply: {
      status: 400,
      body: errorBody(
        "Gemini API free tier is not available in your country. Please enable billing.",
        "FAILED_PRECONDITION",
      ),
    },
    class: "blocked",
    type: "Quota",
  },
  {
    title: "a file that is not ready",
    reply: {
      status: 400,
      body: errorBody("The File abc is not in an ACTIVE state.", "FAILED_PRECONDITION"),
    },
    class: "permanent",
    type: "BadRequest",
  },
  {
    title: "an unknown model",
    reply: {
      status: 404,
      body: errorBody("models/gemini-9 is not found for API version v1beta", "NOT_FOUND"),
    },
    class: "permanent",
    type: "NotFound",
  },
  {
    title: "an overload, told in a list",
    reply: { status: 503, body: [errorBody("The model is overloaded.", "UNAVAILABLE")] },
    class: "transient",
    type: "ServerError",
  },
];
