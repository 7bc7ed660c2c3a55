/**
 * Two of three models answer each prompt, and a function of this file counts their words. It needs
 * no key: `test` is an API that answers by itself.
 */
import { jsonl, llm, pipeline, sampleNSteps, step, textGeneration } from "ostinato";
import { z } from "zod";

const words = step(
  {
    name: "words",
    reads: z.object({ generations: z.array(z.string().nullable()) }),
    writes: z.object({ words: z.number() }),
  },
  (row) => ({ words: row.generations.join(" ").split(/\s+/).length }),
);

export default pipeline("first-pipeline", { description: "My first pipe" }, (p) => {
  const load = p
    .load("load_dataset", jsonl("prompts.jsonl", z.object({ prompt: z.string() })))
    .rename({ prompt: "instruction" });
  const tasks = load.route(
    sampleNSteps(2),
    textGeneration(llm("test", "echo"), { name: "one" }),
    textGeneration(llm("test", "two"), { name: "two" }),
    textGeneration(llm("test", "three"), { name: "three" }),
  );
  return tasks
    .group("combine_generations", { generation: "generations", model_name: "model_names" })
    .to(words);
});
