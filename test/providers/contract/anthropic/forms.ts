/** The forms of a prompt, and the kinds of answers. */
import type { PromptFormCase } from "../adapter-under-test.js";
import { png } from "../png.js";
import { answer, message, model, parameters, prompt } from "./messages.js";

const path = "/v1/messages";
const user = (content: unknown): unknown => ({ role: "user", content });
const pdf = Buffer.from("%PDF-1.4\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n");

export const forms: readonly PromptFormCase[] = [
  {
    title: "a text",
    given: { parameters: { max_tokens: 64, temperature: 0.5, system: "Be brief." } },
    sent: {
      path,
      body: {
        model,
        messages: [user(prompt)],
        max_tokens: 64,
        temperature: 0.5,
        system: "Be brief.",
      },
      headers: { "anthropic-version": "2026-10-21" },
    },
  },
  {
    title: "an answer that takes more tokens than the client would wait for",
    given: { parameters: { max_tokens: 64_000 } },
    sent: { path, body: { model, messages: [user(prompt)], max_tokens: 64_000 } },
  },
  {
    title: "the second turn of a chat",
    given: { prompt: ["One?", "Two?", "Three?"] },
    turn: 1,
    answers: [{ response: "One." }],
    sent: {
      path,
      body: {
        model,
        messages: [user("One?"), { role: "assistant", content: "One." }, user("Two?")],
        ...parameters,
      },
    },
  },
  {
    title: "a chat without the answers that had no text",
    given: { prompt: ["One?", "Two?", "Three?"] },
    turn: 2,
    answers: [{ response: null }, { response: ["Two,", "too."] }],
    sent: {
      path,
      body: {
        model,
        messages: [
          user("One?"),
          user("Two?"),
          {
            role: "assistant",
            content: [
              { type: "text", text: "Two," },
              { type: "text", text: "too." },
            ],
          },
          user("Three?"),
        ],
        ...parameters,
      },
    },
  },
  {
    title: "a history, its system message apart",
    given: {
      prompt: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "One?" },
        { role: "assistant", content: ["One", { type: "text", text: "One." }] },
        { role: "user", content: { type: "text", text: "Two?" } },
      ],
    },
    sent: {
      path,
      body: {
        model,
        system: "Be brief.",
        messages: [
          user("One?"),
          {
            role: "assistant",
            content: [
              { type: "text", text: "One" },
              { type: "text", text: "One." },
            ],
          },
          user([{ type: "text", text: "Two?" }]),
        ],
        ...parameters,
      },
    },
  },
  {
    title: "a history with what may be new to the API, which is its to judge",
    given: {
      prompt: [
        { role: "user", content: "One?" },
        { role: "system", content: "Be brief." },
        { role: "tool", mood: "glad" },
        user([{ type: "audio", source: { media: "a.mp3" } }, { text: "no type" }]),
        user([{ type: "image" }, { type: "image", source: "a.png" }]),
        user(3),
      ],
    },
    sent: {
      path,
      body: {
        model,
        messages: [
          { role: "user", content: "One?" },
          { role: "system", content: "Be brief." },
          { role: "tool", mood: "glad" },
          user([{ type: "audio", source: { media: "a.mp3" } }, { text: "no type" }]),
          user([{ type: "image" }, { type: "image", source: "a.png" }]),
          user(3),
        ],
        ...parameters,
      },
    },
  },
  {
    title: "images as nodes of flows write them",
    given: {
      prompt: [
        {
          role: "user",
          content: [
            { type: "text", text: "What?" },
            { type: "image_url", image_url: { url: "a.png" } },
            { type: "image_url", image_url: { url: "https://a.example/b.png" } },
          ],
        },
      ],
    },
    media: { "a.png": png },
    sent: {
      path,
      body: {
        model,
        messages: [
          user([
            { type: "text", text: "What?" },
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data: png.toString("base64") },
            },
            { type: "image", source: { type: "url", url: "https://a.example/b.png" } },
          ]),
        ],
        ...parameters,
      },
    },
  },
  {
    title: "images and documents of the media folder under their real types",
    given: {
      prompt: [
        {
          role: "user",
          content: [
            "What?",
            { type: "image", source: { media: "a/b.jpg", media_type: "image/jpeg" } },
            { type: "document", source: { media: "c.pdf" }, title: "C" },
            { type: "document", source: { media: "d.txt" } },
          ],
        },
      ],
    },
    media: { "a/b.jpg": png, "c.pdf": pdf, "d.txt": Buffer.from("Largo") },
    sent: {
      path,
      body: {
        model,
        messages: [
          user([
            { type: "text", text: "What?" },
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data: png.toString("base64") },
            },
            {
              type: "document",
              source: {
                type: "base64",
                media_type: "application/pdf",
                data: pdf.toString("base64"),
              },
              title: "C",
            },
            {
              type: "document",
              source: { type: "text", media_type: "text/plain", data: "Largo" },
            },
          ]),
        ],
        ...parameters,
      },
    },
  },
  {
    title: "images by address, as data and in the API's own form",
    given: {
      prompt: [
        {
          role: "user",
          content: [
            { type: "image", source: { media: "https://example.org/a.png" } },
            { type: "image", source: { media: "data:image/png;base64,AAAA" } },
            { type: "image", source: { type: "file", file_id: "file_1" } },
          ],
        },
      ],
    },
    sent: {
      path,
      body: {
        model,
        messages: [
          user([
            { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data: "AAAA" },
            },
            { type: "image", source: { type: "file", file_id: "file_1" } },
          ]),
        ],
        ...parameters,
      },
    },
  },
  {
    title: "a text, and keeps thinking and calls of tools apart from the answer's",
    given: {},
    reply: {
      ...message,
      content: [
        { type: "thinking", thinking: "A canon is …", signature: "c2ln" },
        { type: "text", text: "Let me look." },
        { type: "tool_use", id: "toolu_1", name: "look_up", input: { word: "canon" } },
      ],
      stop_reason: "tool_use",
    },
    sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
    answer: {
      ...answer,
      response: "Let me look.",
      finishReason: "tool_use",
      extra: {
        thinking: [{ type: "thinking", thinking: "A canon is …", signature: "c2ln" }],
        tool_use: [{ type: "tool_use", id: "toolu_1", name: "look_up", input: { word: "canon" } }],
      },
    },
  },
  {
    title: "a text that is answered by a call of a tool alone",
    given: {},
    reply: {
      ...message,
      content: [{ type: "tool_use", id: "toolu_1", name: "look_up", input: {} }],
      stop_reason: "tool_use",
    },
    sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
    answer: {
      ...answer,
      response: null,
      finishReason: "tool_use",
      extra: { tool_use: [{ type: "tool_use", id: "toolu_1", name: "look_up", input: {} }] },
    },
  },
  {
    title: "a text that is answered in several blocks, one with its source",
    given: {},
    reply: {
      ...message,
      content: [
        {
          type: "text",
          text: "A round",
          citations: [{ type: "page_location", document_index: 0 }],
        },
        { type: "text", text: "or more" },
      ],
      stop_reason: "stop_sequence",
      stop_sequence: "###",
    },
    sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
    answer: {
      ...answer,
      response: ["A round", "or more"],
      finishReason: "stop_sequence",
      extra: {
        stop_sequence: "###",
        citations: [[{ type: "page_location", document_index: 0 }], []],
      },
    },
  },
  {
    title: "a text that the model refuses to answer",
    given: {},
    reply: { ...message, content: [], stop_reason: "refusal" },
    sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
    answer: { ...answer, response: "", finishReason: "refusal", endsChat: true },
  },
];
