/** The example of the documentation, word for word. */
import {
  jsonl,
  llm,
  pipeline,
  sampleNSteps,
  step,
  textGeneration,
} from "../../../src/pipeline/builder/index.js";
import { z } from "zod";

const words = step(
  { name: "words", reads: z.object({ generations: z.array(z.string().nullable()) }), writes: z.object({ words: z.number() }) },
  (row) => ({ words: row.generations.join(" ").split(/\s+/).length }),
);

export const seed = pipeline("pipe-name", { description: "My first pipe", module: "file:///steps.ts" }, (p) => {
  const load = p.load("load_dataset", jsonl("prompts.jsonl", z.object({ prompt: z.string() }))).rename({ prompt: "instruction" });
  const tasks = load.route(
    sampleNSteps(2),
    textGeneration(llm("openai", "gpt-4-0125-preview")),
    textGeneration(llm("mistral", "mistral-large-2402", { temperature: 0.7 })),
    textGeneration(llm("vertexai", "gemini-1.5-pro")),
  );
  return tasks.group("combine_generations", { generation: "generations", model_name: "model_names" }).to(words);
});
console.log(seed.toYaml());
console.log(seed.toMermaid());
