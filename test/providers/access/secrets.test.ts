import { describe, expect, it } from "vitest";
import { redact, secretsOf } from "../../../src/providers/access/secrets.js";

describe("secretsOf", () => {
  it("gives the secret variables that are set, those of models included", () => {
    const environment = {
      OPENAI_API_KEY: "a",
      OPENAI_API_KEY_gpt_4o: "b",
      OPENAI_API_KEYS: "c",
      OPENAI_BASE_URL: "d",
      GEMINI_API_KEY: "",
    };
    expect(secretsOf(environment, ["OPENAI_API_KEY", "GEMINI_API_KEY"])).toEqual({
      OPENAI_API_KEY: "a",
      OPENAI_API_KEY_gpt_4o: "b",
    });
  });
});

describe("redact", () => {
  it("takes secrets out wherever they are, in a URL's spelling too, and a longer one whole", () => {
    const text = "Key sk-12345/x of sk-12345 in ?key=sk-12345%2Fx";
    expect(redact(text, ["sk-12345", "sk-12345/x"])).toBe(
      "Key [redacted] of [redacted] in ?key=[redacted]",
    );
  });

  it("leaves placeholders alone", () => {
    expect(redact("well-known", ["-", ""])).toBe("well-known");
  });
});
