/** The prompts that the Gemini API and Vertex AI take alike, and those that neither takes. */
import type { Answer } from "../../../src/domain/record/outcome.js";
import type { PromptFormCase } from "./adapter-under-test.js";
import {
  answer,
  blockedPrompt,
  content,
  prompt,
  reply,
  safetySettings,
  settings,
} from "./google.js";

const body = {
  contents: [content("user", { text: prompt })],
  safetySettings,
  generationConfig: {},
};

const blockedPromptAnswer: Answer = {
  response: "",
  model: "gemini-2.0-flash-001",
  finishReason: "PROHIBITED_CONTENT",
  usage: blockedPrompt.usageMetadata,
  endsChat: true,
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
  endsChat: true,
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
      answers: [{ response: null }],
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
      title: "messages with content, as steps of pipelines and nodes of flows write them",
      given: {
        prompt: [
          { role: "system", content: "Be brief." },
          { role: "user", content: ["One?", { type: "text", text: "Or two?" }] },
          { role: "assistant", content: "One." },
          {
            role: "user",
            name: "ann",
            content: [
              { type: "text", text: "What is this?" },
              { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
            ],
          },
        ],
      },
      sent: {
        path,
        body: {
          systemInstruction: { parts: [{ text: "Be brief." }] },
          contents: [
            content("user", { text: "One?" }, { text: "Or two?" }),
            content("model", { text: "One." }),
            content(
              "user",
              { text: "What is this?" },
              { inlineData: { mimeType: "image/png", data: "aGk=" } },
            ),
          ],
          safetySettings,
          generationConfig: {},
        },
      },
    },
    {
      title: "a history with what may be new to the API, which is its to judge",
      given: {
        prompt: [
          { role: "function", parts: [{ functionResponse: { name: "add" } }, { music: "a" }] },
          { role: "user", content: "Hi", mood: "glad" },
          { role: "system", parts: "Be brief." },
          { role: "user", parts: [3] },
        ],
      },
      sent: {
        path,
        body: {
          ...body,
          contents: [
            content("function", { functionResponse: { name: "add" } }, { music: "a" }),
            { role: "user", content: "Hi", mood: "glad" },
            content("system", { text: "Be brief." }),
            content("user", 3),
          ],
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
  ["Hi", { role: "user", parts: "Hi" }],
  [{ role: "user", parts: "Hi" }, null],
  [{ role: "user", parts: [{ type: "image" }] }],
];
