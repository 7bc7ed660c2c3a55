/** Inspects a pipeline without running it: its steps, their columns, and every problem. */
import { defined } from "../../domain/defined.js";
import type { GraphCheck, Problem } from "../../domain/graph/check/problem.js";
import { requiredColumns } from "../../domain/graph/check/columns.js";
import { drawGraph } from "../../domain/graph/draw.js";
import { predecessorsOf } from "../../domain/graph/graph.js";
import type { Graph } from "../../domain/graph/graph.js";
import { writtenColumns } from "../../domain/graph/walk/columns-of-step.js";
import { checkPipeline } from "../../pipeline/check-pipeline.js";
import type { CheckOptions } from "../../pipeline/check-pipeline.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import type { DefinitionProblem } from "../../pipeline/definition/definition-problem.js";
import { withPlace } from "../../pipeline/definition/definition-text.js";
import { datasetName, graphOf, needsDataset } from "../../pipeline/graph-of.js";
import { targetsOf } from "../../pipeline/targets-of.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import type { StepStatus } from "../status/step-status.js";
import { DefinitionError } from "./definition-error.js";
import { functionColumns } from "./function-columns.js";
import type { GivenPipeline } from "./given-pipeline.js";
import { openDefinition } from "./read-definition.js";
import type { ReadOptions } from "./read-definition.js";
import { sourceColumns } from "./source-columns.js";
import { stepNotes } from "./step-notes.js";

export interface InspectOptions extends ReadOptions {
  /**
   * File with the rows for a pipeline without a source. @default the columns that the steps need
   * are assumed
   */
  readonly dataset?: string;
  /** Paths of modules with APIs of your own. */
  readonly providers?: readonly string[];
  /** Counts of a run, shown in the boxes of the graph. */
  readonly live?: readonly StepStatus[];
}

export interface PipelineReport {
  /** Path of the file, as given. */
  readonly file: string;
  readonly valid: boolean;
  readonly problems: readonly DefinitionProblem[];
  /** Definitions that are valid but probably lose data. */
  readonly warnings: readonly DefinitionProblem[];
  /**
   * Name of the pipeline. Absent, like all following properties, if the text is not a valid
   * pipeline.
   */
  readonly name?: string;
  readonly description?: string;
  readonly steps?: readonly StepReport[];
  /** Every `<api>/<model>` that may be asked. */
  readonly targets?: readonly string[];
  /** The graph as a mermaid flowchart, with the columns as labels of its edges. */
  readonly mermaid?: string;
}

export interface StepReport {
  readonly name: string;
  /** Kind of the step, or the function of a module. */
  readonly use: string;
  /** Names of the steps directly before it. */
  readonly after: readonly string[];
  /** Columns that the step needs. */
  readonly reads: readonly string[];
  /** Columns that the step adds. */
  readonly writes: readonly string[];
  /** All columns of a row after the step. */
  readonly columns: readonly string[];
}

/**
 * Reads a pipeline and its data, and sends nothing. Throws a `UserError` for a file that can't be
 * read.
 */
export async function inspectPipeline(
  file: string,
  options: InspectOptions = {},
): Promise<PipelineReport> {
  try {
    const { given, text } = await openDefinition(file, options);
    return await reportOf(given, { file, text, options });
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return { file, valid: false, problems: error.problems, warnings: [] };
  }
}

async function reportOf(
  given: GivenPipeline,
  {
    file,
    text,
    options,
  }: { readonly file: string; readonly text: string | undefined; readonly options: InspectOptions },
): Promise<PipelineReport> {
  const { definition } = given;
  const { apis } = await openProviders(options.providers);
  const sources = await sourceColumns(given, options.dataset);
  const unknown = sources.problems.flatMap(({ step }) => (step === undefined ? [] : [step]));
  const code = await functionColumns(given);
  const read = { columnsOfSource: sources.columns, apis, functions: code.functions };
  const known = { ...read, columnsOfSource: withAssumed(definition, read, unknown) };
  const checked = checkPipeline(definition, known);
  const placed = ({ edge, ...problem }: Problem): DefinitionProblem =>
    text === undefined ? problem : withPlace(text, { ...problem, ...defined({ edge }) });
  const problems = [...sources.problems, ...code.problems, ...checked.problems].map(placed);
  const graph = graphOf(definition, known.columnsOfSource, code.functions);
  return {
    file,
    valid: problems.length === 0,
    problems,
    warnings: checked.warnings.map(placed),
    name: definition.name,
    ...defined({ description: definition.description }),
    steps: stepReports(definition, graph, checked),
    targets: targetsOf(definition),
    mermaid: drawGraph(graph, { columns: checked.columns, notes: stepNotes(options.live) }),
  };
}

/**
 * Adds the columns that the steps need and no step writes. Rows that are not available are assumed
 * to have them.
 */
function withAssumed(
  definition: PipelineDefinition,
  { columnsOfSource: columns, functions }: Pick<CheckOptions, "columnsOfSource" | "functions">,
  unread: readonly string[],
): CheckOptions["columnsOfSource"] {
  const isLater = needsDataset(definition) && !columns.has(datasetName);
  const { steps } = graphOf(definition, columns, functions);
  const written = new Set(steps.flatMap(writtenColumns));
  const needed = new Set(steps.flatMap(requiredColumns));
  const assumed = [...needed].filter((column) => !written.has(column));
  const names = isLater ? [...unread, datasetName] : unread;
  const unknown = names.filter((name) => !columns.has(name));
  return new Map([...columns, ...unknown.map((name) => [name, assumed] as const)]);
}

function stepReports(
  { steps }: PipelineDefinition,
  graph: Graph,
  { columns }: GraphCheck,
): readonly StepReport[] {
  return graph.steps.map((step) => {
    const { name } = step;
    return {
      name,
      use: Object.hasOwn(steps, name) ? (steps[name]?.use ?? name) : name,
      after: predecessorsOf(graph, name),
      reads: requiredColumns(step),
      writes: writtenColumns(step),
      columns: columns.get(name) ?? [],
    };
  });
}

/**
 * Draws the graph of a pipeline as a mermaid flowchart. Throws a `UserError` if the text is not a
 * valid pipeline.
 */
export async function drawPipeline(file: string, options: InspectOptions = {}): Promise<string> {
  const { mermaid, problems } = await inspectPipeline(file, options);
  if (mermaid !== undefined) return mermaid;
  throw new DefinitionError(file, problems);
}
