/**
 * A flow in TypeScript: two calls for each line, and a metric over all lines.
 *
 *     ostinato batch run examples/flows/summarize.ts --data examples/flows/texts.jsonl
 *
 * The models are of the test API: no key is needed, and nothing is paid.
 */
import { flow, llm } from "ostinato";
import type { Lines } from "ostinato";
import { z } from "zod";

const writer = llm("test", "writer", { response: "A short summary.", latency_ms: 20 });
const critic = llm("test", "critic", { response: "Good.", latency_ms: 20 });

export default flow({ text: z.string() }, async ({ text }, line) => {
  const summary = await line.call(writer, `Summarize in one sentence:\n${text}`);
  const verdict = await line.call(critic, `Is this a good summary?\n${summary.text}`);
  return { summary: summary.text, verdict: verdict.text };
});

interface Inputs {
  readonly text: string;
}

interface Output {
  readonly summary: string;
  readonly verdict: string;
}

export const aggregate = (lines: Lines<Inputs, Output>): { readonly good: number } => ({
  good: lines.filter(({ outputs }) => outputs.verdict === "Good.").length / lines.length,
});
