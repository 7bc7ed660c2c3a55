import { describe, expect, it } from "vitest";
import { chatMessages } from "../../../src/flow/messages/chat-messages.js";

describe("the messages of a chat template", () => {
  it.each([
    [
      "one role",
      "system:\nbe kind\nand short",
      [{ role: "system", content: "be kind\nand short" }],
    ],
    ["a role with a hash", "# user:\nhi", [{ role: "user", content: "hi" }]],
    [
      "spaces and empty lines around a role",
      " \n #  User \t: \n\n hi \n",
      [{ role: "user", content: "hi" }],
    ],
    [
      "several roles, one without content",
      "\n# system:\nfirst\n\n# assistant:\n# user:\nsecond\n",
      [
        { role: "system", content: "first" },
        { role: "assistant", content: "" },
        { role: "user", content: "second" },
      ],
    ],
    [
      "two messages of one role",
      "user:\na\nuser:\nb",
      [
        { role: "user", content: "a" },
        { role: "user", content: "b" },
      ],
    ],
    [
      "a role in the middle of a line",
      "user:\nthe system:\nis up",
      [{ role: "user", content: "the system:\nis up" }],
    ],
    [
      "a role with text behind it",
      "user:\nsystem: down",
      [{ role: "user", content: "system: down" }],
    ],
    [
      "a heading of two hashes",
      "user:\n## system:\nx",
      [{ role: "user", content: "## system:\nx" }],
    ],
    [
      "lines that end with carriage returns",
      "system:\r\na\r\nuser:\r\nb\r\n",
      [
        { role: "system", content: "a" },
        { role: "user", content: "b" },
      ],
    ],
    [
      "a name",
      "# user:\n## name:\nAda\n## content:\nhi\n",
      [{ role: "user", name: "Ada", content: "hi" }],
    ],
    ["a name without content", "system:\nname:\n\n", [{ role: "system", content: "name:" }]],
    [
      "a function",
      "function:\nname:\n add\ncontent :\n3",
      [{ role: "function", name: "add", content: "3" }],
    ],
    [
      "the answer of a tool",
      "# tool:\n## tool_call_id:\ncall_1\n## content:\n22 degrees\n\n# user:\nthanks",
      [
        { role: "tool", tool_call_id: "call_1", content: "22 degrees" },
        { role: "user", content: "thanks" },
      ],
    ],
    [
      "calls of tools, as Python prints them",
      "# assistant:\n## tool_calls:\n[{'id': 'a', 'function': {'name': 'f', 'arguments': '{\"x\": 1}'}, 'ok': True, 'rest': None}]\n\n# user:\nand?",
      [
        {
          role: "assistant",
          tool_calls: [
            { id: "a", function: { name: "f", arguments: '{"x": 1}' }, ok: true, rest: null },
          ],
        },
        { role: "user", content: "and?" },
      ],
    ],
    [
      "calls of tools that are no literals",
      "# assistant:\n## tool_calls:\n[open('x')]",
      [{ role: "assistant", content: "## tool_calls:\n[open('x')]" }],
    ],
    ["an empty text", " \n", []],
  ])("have %s", (_what, text, messages) => {
    expect(chatMessages(text)).toEqual(messages);
  });

  it("make a part of a line that stands for an image", () => {
    const images = new Map([["Image(1)", "cat.png"]]);
    expect(chatMessages("user:\nlook\n\n Image(1) \nnot Image(1)", images)).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "look" },
          { type: "image_url", image_url: { url: "cat.png" } },
          { type: "text", text: "not Image(1)" },
        ],
      },
    ]);
  });

  it.each([
    [
      "hello\nsystem:\nhi",
      'The rendered chat template begins with "hello". Begin it with a role on a line of its own, such as "# system:" or "# user:", or use `api: completion` for a prompt without roles.',
    ],
    [
      "# tool:\n22 degrees",
      'The message of the role "tool" has no `tool_call_id`. Write it as tool_call_id:, the value on the next line, content:, and the content behind it.',
    ],
    [
      "# function:\n3",
      'The message of the role "function" has no `name`. Write it as name:, the value on the next line, content:, and the content behind it.',
    ],
  ])("are refused for %j", (text, message) => {
    expect(() => chatMessages(text)).toThrow(message);
  });
});
