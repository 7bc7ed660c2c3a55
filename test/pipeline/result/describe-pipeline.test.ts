import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { describePipeline } from "../../../src/pipeline/result/describe-pipeline.js";
import { readDefinition } from "../../../src/pipeline/definition/definition-text.js";
import type { PipelineFacts } from "../../../src/storage/completed/pipeline-result.js";
import type { KeptPipeline } from "../../../src/storage/run/pipeline/kept-pipeline.js";

const yaml = `name: two-models
description: Two models answer.
steps:
  load:
    use: load
    file: prompts.jsonl
  gpt:
    use: text-generation
    llm: openai/gpt-4o
    parameters:
      temperature: 0.5
  gemini:
    use: text-generation
    llm:
      - gemini/flash
      - openai/gpt-4o
edges:
  - load >> [gpt, gemini]
`;

function kept(text: string, leaves: readonly string[]): KeptPipeline {
  const { definition } = readDefinition(text);
  return {
    version: 1,
    definition: definition as unknown as JsonObject,
    columns: { load: ["instruction"] },
    functions: {},
    leaves,
  };
}

function factsOf(given: Partial<PipelineFacts> = {}): PipelineFacts {
  const columns = [
    { name: "instruction", type: "text", list: false },
    { name: "scores", type: "integer", list: true },
    { name: "a|b", type: "json", list: false },
  ] as const;
  return {
    pipeline: kept(yaml, ["gpt", "gemini"]),
    definitionFile: "28-11-2026-10-00-00-pipeline.yaml",
    stamp: "28-11-2026-10-00-00",
    completed: 1_200,
    failed: 1,
    cancelled: false,
    steps: {
      load: { done: 1_201, failed: 0, dropped: 0 },
      gpt: { done: 1_200, failed: 1, dropped: 0 },
    },
    leaves: [
      { leaf: "gpt", jsonl: "s-gpt.jsonl", parquet: "s-gpt.parquet", rows: 1_201, columns },
      { leaf: "gemini", jsonl: "s-gemini.jsonl", rows: 0, columns: [] },
    ],
    ...given,
  };
}

const drawing = `flowchart TD
  s0[("load<br/>source<br/>1,201 done")]
  s1["gpt<br/>text-generation<br/>1,200 done, 1 failed"]
  s2["gemini<br/>text-generation"]
  s0 -->|"instruction"| s1
  s0 -->|"instruction"| s2
`;

const card = `---
license: unknown
pretty_name: two-models
tags:
  - synthetic
  - ostinato
size_categories:
  - 1K<n<10K
configs:
  - config_name: gpt
    data_files: s-gpt.parquet
---

# two-models

Two models answer.

## Data

### gpt

1,201 rows from the step \`gpt\`, in \`s-gpt.parquet\` and \`s-gpt.jsonl\`.

| column | type |
| --- | --- |
| \`instruction\` | text |
| \`scores\` | list of integer |
| \`a\\|b\` | JSON, as text |

### gemini

0 rows from the step \`gemini\`, in \`s-gemini.jsonl\`.

## Load

With pandas:

\`\`\`python
import pandas as pd

rows = pd.read_parquet("s-gpt.parquet")
\`\`\`

With \`datasets\`, from this folder or from the Hub:

\`\`\`python
from datasets import load_dataset

rows = load_dataset("parquet", data_files="s-gpt.parquet", split="train")
rows = load_dataset("OWNER/NAME", "gpt", split="train")
\`\`\`

## How it was made

The pipeline ran on 2026-11-28 over 1,201 input rows, of which 1 failed. The whole definition, with all parameters, is in \`28-11-2026-10-00-00-pipeline.yaml\`. To repeat it, put that file beside the pipeline's sources and functions, and run \`ostinato pipeline run\`.

\`\`\`mermaid
${drawing.trimEnd()}
\`\`\`

| step | kind | done | failed | dropped |
| --- | --- | --- | --- | --- |
| \`load\` | \`load\` | 1201 | 0 | 0 |
| \`gpt\` | \`text-generation\` | 1200 | 1 | 0 |
| \`gemini\` | \`text-generation\` | 0 | 0 | 0 |

## Models

| step | model | parameters |
| --- | --- | --- |
| \`gpt\` | \`openai/gpt-4o\` | \`{"temperature":0.5}\` |
| \`gemini\` | \`gemini/flash\`, then \`openai/gpt-4o\` |  |

## License

The field \`license\` at the top of this file is \`unknown\`. Set it before you publish the data, and check the terms of the models above.
`;

test("a run has a card, its definition and its graph with counts", () => {
  expect(describePipeline.textsOf(factsOf())).toEqual({ card, definition: yaml, drawing });
});

test("the subset of a single leaf is the default one; a cancelled run says so", () => {
  const single = yaml
    .replace("load >> [gpt, gemini]", "load >> gpt >> gemini")
    .replace("description: Two models answer.\n", "");
  const [leaf] = factsOf().leaves;
  const text = describePipeline.textsOf(
    factsOf({
      pipeline: kept(single, ["gemini"]),
      cancelled: true,
      leaves: leaf ? [{ ...leaf, rows: 1 }] : [],
    }),
  ).card;
  expect(text).toContain("  - n<1K\nconfigs:\n  - config_name: default\n");
  expect(text).toContain("### default\n\n1 row from the step `gpt`");
  expect(text).toContain('load_dataset("OWNER/NAME", split="train")');
  expect(text).toContain("It was cancelled, so that some rows are missing");
});

test("the columns of each step are known from the graph", () => {
  const columns = describePipeline.columnsOf(kept(yaml, ["gpt", "gemini"]));
  expect(columns.get("gpt")).toEqual(["instruction", "generation", "model_name"]);
});
