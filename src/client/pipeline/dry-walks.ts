/**
 * The walks of a dry run: segment by segment, with the global steps between the segments, all in
 * memory.
 */
import { computed } from "../../domain/computed.js";
import { errorText } from "../../domain/failure/error-text.js";
import type { GlobalStep, Graph, Row } from "../../domain/graph/graph.js";
import { inputsOf, isCut, segmentsOf } from "../../domain/graph/segments.js";
import type { GlobalInput, Segment } from "../../domain/graph/segments.js";
import { behindGlobal, givenToGlobal } from "../../domain/graph/walk/global-rows.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import { sourceLine, sourceRows, sourcesOf } from "../../domain/graph/walk/source-rows.js";
import { walkRow } from "../../domain/graph/walk/walk-row.js";
import { WalkPlan } from "../../domain/graph/walk/walk-plan.js";
import type { LeafRow, WalkResult } from "../../domain/graph/walk/walk.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { Prompt, PromptRecord } from "../../domain/record/prompt-record.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import type { StepEffects } from "../../pipeline/steps/step-effects.js";
import { createWalkHost } from "../../pipeline/walk-host.js";
import type { WalkEffects } from "../../pipeline/walk-host.js";

/** A call of a dry run, with its answer or its error. */
export interface DryCall {
  readonly step: string;
  /** `<api>/<model>` */
  readonly target: string;
  readonly prompt: Prompt;
  readonly parameters: JsonObject;
  readonly response?: JsonValue;
  readonly error?: string;
}

export interface DryRow {
  /** Position of the row in its segment, starting at 0. */
  readonly position: number;
  /** Number of the segment, starting at 1. Set for a pipeline with global steps. */
  readonly segment?: number;
  readonly calls: readonly DryCall[];
  readonly result: WalkResult;
}

export type Ask = (record: PromptRecord, step: string) => Promise<Answer>;

/** The user's functions, or stand-ins for them. */
export interface DryCode {
  readonly run: StepEffects["run"];
  /** Yields the rows of a global step, with the step's own column names. */
  readonly runGlobal: (
    step: GlobalStep,
    inputs: readonly AsyncGenerator<Row, void, undefined>[],
  ) => AsyncIterable<Row>;
}

export interface DryPipeline {
  readonly definition: PipelineDefinition;
  readonly graph: Graph;
  readonly code: DryCode;
  readonly ask: Ask;
}

export class DryWalks {
  readonly #pipeline: DryPipeline;
  /** Rows by the leaf of a segment at which they wait. */
  readonly #waiting = new Map<string, LeafRow[]>();
  /** Rows after each global step, by the step's name. */
  readonly #made = new Map<string, readonly Row[]>();
  /** Routes by router and block of rows. */
  readonly #routes = new Map<string, Promise<readonly string[]>>();

  constructor(pipeline: DryPipeline) {
    this.#pipeline = pipeline;
  }

  /** @param first lines of the pipeline's sources */
  async *rows(first: readonly JsonObject[]): AsyncGenerator<DryRow, void, undefined> {
    const segments = segmentsOf(this.#pipeline.graph);
    for (const [index, segment] of segments.entries()) {
      const lines = index === 0 ? first : this.#linesOf(segment);
      const number = segments.length > 1 ? { segment: index + 1 } : {};
      for await (const row of this.#walk(segment, lines)) yield { ...row, ...number };
      for (const step of segment.globals) yield* this.#runGlobal(step, index + 1);
    }
  }

  async *#walk(
    { graph }: Segment,
    lines: readonly JsonObject[],
  ): AsyncGenerator<DryRow, void, undefined> {
    const { definition, code, ask } = this.#pipeline;
    const plan = new WalkPlan(graph);
    for (const [position, line] of lines.entries()) {
      const calls: DryCall[] = [];
      const effects = { call: noting(calls, ask), run: code.run, perBlock: this.#perBlock };
      const host = createWalkHost(definition, effects, position);
      const result = await walkRow(plan, sourceRows(graph, line), host);
      for (const row of result.rows.filter(({ leaf }) => isCut(leaf))) this.#wait(row);
      yield { position, calls, result };
    }
  }

  readonly #perBlock: WalkEffects["perBlock"] = async (key, choose) =>
    computed(this.#routes, key, choose);

  #wait(row: LeafRow): void {
    const waiting = this.#waiting.get(row.leaf) ?? [];
    this.#waiting.set(row.leaf, waiting);
    waiting.push(row);
  }

  #linesOf({ graph }: Segment): readonly JsonObject[] {
    const sources = sourcesOf(graph);
    return sources.flatMap((source) =>
      (this.#made.get(source) ?? []).map((row) => sourceLine(sources, source, row)),
    );
  }

  /** Yields the rows of a global step that is a leaf. */
  async *#runGlobal(step: GlobalStep, segment: number): AsyncGenerator<DryRow, void, undefined> {
    const { graph, code } = this.#pipeline;
    const inputs = inputsOf(graph, step).map((input) => iterated(this.#given(step, input)));
    const made: Row[] = [];
    for await (const row of code.runGlobal(step, inputs)) made.push(behindGlobal(step, row));
    this.#made.set(step.name, made);
    if (graph.edges.some(({ from }) => from === step.name)) return;
    for (const [position, row] of made.entries()) {
      const rows = [{ leaf: step.name, path: "", row }];
      const result = { rows, failures: [], done: { [step.name]: 1 }, dropped: {}, conflicts: {} };
      yield { position, segment, calls: [], result };
    }
  }

  #given(step: GlobalStep, input: GlobalInput): readonly Row[] {
    const rows =
      "leaf" in input
        ? (this.#waiting.get(input.leaf) ?? [])
        : (this.#made.get(input.global) ?? []).map((row) => ({ row }));
    return rows
      .map((each) => givenToGlobal(step, each))
      .filter((row): row is Row => row !== undefined);
  }
}

async function* iterated(rows: readonly Row[]): AsyncGenerator<Row, void, undefined> {
  yield* rows;
}

function noting(calls: DryCall[], ask: Ask): StepEffects["call"] {
  return async ({ record }, { step }) => {
    const { prompt, parameters } = record;
    const call = { step, target: targetOf(record), prompt, parameters: parameters ?? {} };
    const place = calls.push(call) - 1;
    try {
      const answer = await ask(record, step);
      calls[place] = { ...call, response: answer.response };
      return answer;
    } catch (error) {
      calls[place] = { ...call, error: errorText(error) };
      throw new RowError("CallFailed", errorText(error), { cause: error });
    }
  };
}
