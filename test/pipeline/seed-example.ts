/** The example that every notation of pipelines must give the same. */
export const seedYaml = `name: pipe-name
steps:
  load_dataset: { use: load, file: prompts.jsonl, outputs: { prompt: instruction } }
  gpt: { use: text-generation, llm: openai/gpt-4-0125-preview }
  mistral: { use: text-generation, llm: mistral/mistral-large-2402, parameters: { temperature: 0.7 } }
  gemini: { use: text-generation, llm: vertexai/gemini-1.5-pro }
  combine_generations: { use: group, columns: { generation: generations, model_name: model_names } }
  words: { use: ./steps.ts#words, reads: [generations], writes: [words] }
edges:
  - load_dataset >> sample-n-steps(2) >> [gpt, mistral, gemini] >> combine_generations >> words
`;
