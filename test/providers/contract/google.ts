import { GoogleGenAI } from "@google/genai";
import type { Answer } from "../../../src/domain/record/outcome.js";

/** The common part of the Gemini API and Vertex AI. */

export const model = "gemini-2.0-flash";
export const prompt = "What is a canon?";

/** Usage of an answer with thoughts and a tool's results. */
const usageMetadata = {
  promptTokenCount: 5,
  toolUsePromptTokenCount: 30,
  candidatesTokenCount: 2,
  thoughtsTokenCount: 40,
  totalTokenCount: 77,
};

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
  error: { code: 500, message, status, details },
});

export const settings = (threshold: string): unknown =>
  ["DANGEROUS_CONTENT", "HATE_SPEECH", "HARASSMENT", "SEXUALLY_EXPLICIT"].map((category) => ({
    category: `HARM_CATEGORY_${category}`,
    threshold,
  }));

export const safetySettings = settings("BLOCK_MEDIUM_AND_ABOVE");

export const content = (role: string, ...parts: readonly unknown[]): unknown => ({ role, parts });

export const blockedPrompt = {
  promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
  usageMetadata,
  modelVersion: "gemini-2.0-flash-001",
};

/** The common start of their fixture folders. */
export const googleProtocol = {
  reply,
  answer,
  textPath: ["candidates", 0, "content", "parts", 0, "text"],
  oddMembers: {
    reply: { usageMetadata: [5, 7], modelVersion: 7 },
    answer: { usage: [5, 7], model: 7 },
  },
  tokens: { input: 35, output: 42, reasoning: 40 },
  errorBody,
  client: GoogleGenAI,
} as const;
