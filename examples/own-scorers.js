// Scorers of one's own: ostinato run examples/hello.jsonl --scorers ./examples/own-scorers.js

export default [
  // A number: counts in means.
  { name: "words", score: ({ response }) => response.split(/\s+/).length },
  // All of a batch at once, for a model or a service that is quicker so.
  {
    name: "concise",
    batchSize: 50,
    scoreBatch: (records) => records.map(({ response }) => response.length < 200),
  },
  // A label; null where it can't be said.
  {
    name: "tone",
    score: ({ response }) => (response === "" ? null : response.includes("!") ? "loud" : "calm"),
  },
];
