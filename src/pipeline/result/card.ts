/** The dataset card of a pipeline's result: Markdown whose head the Hugging Face Hub reads. */
import { countOf } from "../../domain/count-text.js";
import { stringify } from "yaml";

import { noCount } from "../../domain/graph/step-counts.js";
import type { Graph } from "../../domain/graph/graph.js";
import type { LeafTable } from "../../storage/completed/write-leaf.js";
import type { PipelineFacts } from "../../storage/completed/pipeline-result.js";
import type { TableColumn } from "../../storage/rows/column-types.js";
import { acceptedName } from "../accepted-step.js";
import type { PipelineDefinition } from "../definition/definition.js";
import { isModelStep, modelsOf } from "../steps/models.js";

export interface CardFacts extends Omit<PipelineFacts, "pipeline"> {
  readonly definition: PipelineDefinition;
  readonly graph: Graph;
  /** Place of the rows that the run provided. */
  readonly dataset?: string;
  /** Graph as a mermaid flowchart. */
  readonly drawing: string;
}

export function datasetCard(facts: CardFacts): string {
  const { definition } = facts;
  const sections = [
    headOf(facts),
    `# ${definition.name}`,
    ...(definition.description === undefined ? [] : [definition.description]),
    subsetsOf(facts),
    loadingOf(facts),
    makingOf(facts),
    modelsSection(definition),
    licenceSection,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const licenceSection = `## License

The field \`license\` at the top of this file is \`unknown\`. Set it before you publish the data, and check the terms of the models above.`;

/** Returns the names of the subsets. The subset of a pipeline with one leaf is called `default`. */
function subsetNames(leaves: readonly { readonly leaf: string }[]): readonly string[] {
  return leaves.length === 1 ? ["default"] : leaves.map(({ leaf }) => leaf);
}

function headOf({ definition, leaves }: CardFacts): string {
  const names = subsetNames(leaves);
  const configs = leaves.flatMap(({ parquet }, index) =>
    parquet === undefined ? [] : [{ config_name: names[index], data_files: parquet }],
  );
  const most = Math.max(0, ...leaves.map(({ rows }) => rows));
  const head = {
    license: "unknown",
    pretty_name: definition.name,
    tags: ["synthetic", "ostinato"],
    size_categories: [sizeCategory(most)],
    ...(configs.length > 0 && { configs }),
  };
  return `---\n${stringify(head, { lineWidth: 0 })}---`;
}

/** Size categories of the Hub. */
const sizes = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M"];

function sizeCategory(rows: number): string {
  const index = sizes.findIndex((_, power) => rows < 1_000 * 10 ** power);
  return sizes[index] ?? "100M<n<1B";
}

function subsetsOf({ leaves }: CardFacts): string {
  const names = subsetNames(leaves);
  const parts = leaves.map((leaf, index) => {
    const files = leaf.parquet === undefined ? [leaf.jsonl] : [leaf.parquet, leaf.jsonl];
    const title = `### ${names[index] ?? leaf.leaf}`;
    const facts = `${countOf(leaf.rows, "row")} from the step \`${leaf.leaf}\`, in ${files.map(code).join(" and ")}.`;
    return [title, facts, columnsTable(leaf)].filter((part) => part !== "").join("\n\n");
  });
  return ["## Data", ...parts].join("\n\n");
}

function columnsTable({ columns }: LeafTable): string {
  if (columns.length === 0) return "";
  return table(
    ["column", "type"],
    columns.map((column) => [code(column.name), typeText(column)]),
  );
}

function typeText({ type, list }: TableColumn): string {
  if (list) return `list of ${type}`;
  return type === "json" ? "JSON, as text" : type;
}

function loadingOf({ leaves }: CardFacts): string {
  const first = leaves.find(({ parquet }) => parquet !== undefined);
  if (first?.parquet === undefined) return "";
  const names = subsetNames(leaves);
  const name = names[leaves.indexOf(first)] ?? first.leaf;
  const file = JSON.stringify(first.parquet);
  const subset = name === "default" ? "" : `, ${JSON.stringify(name)}`;
  return `## Load

With pandas:

\`\`\`python
import pandas as pd

rows = pd.read_parquet(${file})
\`\`\`

With \`datasets\`, from this folder or from the Hub:

\`\`\`python
from datasets import load_dataset

rows = load_dataset("parquet", data_files=${file}, split="train")
rows = load_dataset("OWNER/NAME"${subset}, split="train")
\`\`\``;
}

function makingOf(facts: CardFacts): string {
  const { definitionFile, completed, failed, cancelled, drawing } = facts;
  const from = facts.dataset === undefined ? "" : ` of ${code(facts.dataset)}`;
  const rows = `${countOf(completed + failed, "input row")}${from}, of which ${failed} failed.`;
  const begun = `The pipeline ran on ${dayOf(facts.stamp)} over ${rows}`;
  const open = cancelled
    ? " It was cancelled, so that some rows are missing; they count as failed."
    : "";
  return `## How it was made

${begun}${open}${acceptanceOf(facts)} The whole definition, with all parameters, is in ${code(definitionFile)}. To repeat it, put that file beside the pipeline's sources and functions, and run \`ostinato pipeline run\`.

\`\`\`mermaid
${drawing.trimEnd()}
\`\`\`

${stepsTable(facts)}`;
}

function acceptanceOf({ acceptedRows, definition: { accept } }: CardFacts): string {
  if (!acceptedRows) return "";
  const rule = accept === undefined ? "" : ` by the rule ${code(accept)}`;
  return ` It asked for ${countOf(acceptedRows.wanted, "row")}, and ${acceptedRows.accepted} were accepted${rule}.`;
}

function stepsTable({ graph, definition, steps: counts }: CardFacts): string {
  const rows = graph.steps.map(({ name }) => {
    const { done, failed, dropped } = counts[name] ?? noCount;
    const added = name === acceptedName ? "filter" : "dataset";
    const use = Object.hasOwn(definition.steps, name) ? definition.steps[name]?.use : added;
    return [code(name), code(use ?? name), done, failed, dropped].map(String);
  });
  return table(["step", "kind", "done", "failed", "dropped"], rows);
}

function modelsSection({ steps }: PipelineDefinition): string {
  const rows = Object.entries(steps).flatMap(([name, step]) =>
    isModelStep(step)
      ? [[code(name), modelsOf(step).map(code).join(", then "), parametersText(step.parameters)]]
      : [],
  );
  if (rows.length === 0) return "";
  return `## Models\n\n${table(["step", "model", "parameters"], rows)}`;
}

function parametersText(parameters: object | undefined): string {
  return parameters && Object.keys(parameters).length > 0 ? code(JSON.stringify(parameters)) : "";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cellText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\r?\n/g, " ");
}

/** Formats code in Markdown, even if it contains backticks. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

/** @param stamp stamp in the form `DD-MM-YYYY-HH-MM-SS` */
function dayOf(stamp: string): string {
  const [day, month, year] = stamp.split("-");
  return `${year ?? ""}-${month ?? ""}-${day ?? ""}`;
}
