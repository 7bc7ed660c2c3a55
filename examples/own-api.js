// An API of your own: `ostinato run examples/own-api.jsonl --provider examples/own-api.js`
//
// This one turns each prompt around and calls nobody. A real one would use `fetch` with `signal`, read its key from
// `environment`, and throw errors with `facts`. docs/own-apis.md has the rules.

/** @type {import("ostinato").OwnApi} */
export default {
  name: "backwards",

  check: ({ prompt }) => (typeof prompt === "string" ? [] : ["Expected `prompt` to be a text."]),

  async send({ record, attempt, signal }) {
    signal.throwIfAborted();
    const { prompt, parameters } = record;
    if (parameters?.busy_once === true && attempt === 1) {
      // As a server would say it with status 429: the record is sent again a second later.
      const facts = { kind: "status", status: 429, headers: { "retry-after": "1" } };
      throw Object.assign(new Error("Too many prompts at once."), { facts });
    }
    return {
      response: [...prompt].reverse().join(""),
      model: "backwards-1",
      finishReason: "stop",
      usage: { letters: prompt.length },
    };
  },
};
