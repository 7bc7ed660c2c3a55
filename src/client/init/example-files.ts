/** The files that `init` writes, by path in the folder. */
export const exampleFiles: Readonly<Record<string, string>> = {
  "prompts.jsonl": [
    example(1, "What is an ostinato?", {
      response: "A musical figure that repeats.",
      expected: "A musical figure that repeats.",
    }),
    example(2, "How many strings has a violin?", { response: "4", expected: "4" }),
    example(3, "Which note is a whole tone above C?", { response: "D", expected: "D" }),
    example(4, "Is a waltz in three or in four?", { response: "In four.", expected: "In three." }),
  ].join(""),
  "ostinato.json": `{
  // Settings for the commands in this folder. Flags and variables override them.
  // \`ostinato run --help\` lists all settings.

  // Requests per minute.
  "maxQueries": 60,

  // Calls per record, if the API fails in a way that may pass.
  "maxAttempts": 5,

  // Folder for inputs, answers and media.
  "dataFolder": "data",

  // Dollars that a run may spend. Without it, there is no bound.
  // "maxCost": 5,

  // A table of scores at the end of each run. Records need an expected_response.
  // "scorers": ["match"],

  // Judges that rate the answers of each run.
  // "judgeFolder": "judge",
  // "judge": ["strict"],
}
`,
  "judge/settings.json": `${JSON.stringify(
    {
      strict: {
        api: "test",
        model_name: "judge",
        parameters: { raise_error: "no", latency_ms: 200, response: "Score: 4" },
        parse: "last_number",
      },
    },
    null,
    2,
  )}
`,
  "judge/template.txt": `Rate the answer to the question from 1 to 5. Reply with "Score: " and the number.

Question: {INPUT_PROMPT}
Expected answer: {EXPECTED_RESPONSE}
Answer: {OUTPUT_RESPONSE}
`,
};

/** A record of the `test` API, which calls nobody and needs no key. */
function example(
  id: number,
  prompt: string,
  { response, expected }: { readonly response: string; readonly expected: string },
): string {
  const parameters = { raise_error: "no", latency_ms: 300, response };
  const record = { id, api: "test", model_name: "parrot", prompt, parameters };
  return `${JSON.stringify({ ...record, expected_response: expected })}\n`;
}
