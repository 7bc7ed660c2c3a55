import { countOf, countText } from "../../domain/count-text.js";
import { countPositions } from "../../domain/experiment/ranges.js";
import type { Range } from "../../domain/experiment/ranges.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { Flow, FlowInput } from "../../domain/flow/flow.js";
import { DroppedTally, checkSources, joinSources } from "../../domain/flow/inputs/join-sources.js";
import type {
  DroppedLines,
  NumberedRow,
  NumberedSource,
} from "../../domain/flow/inputs/join-sources.js";
import { lineNumberOf } from "../../domain/flow/inputs/line-number.js";
import { mapLine } from "../../domain/flow/inputs/map-line.js";
import type { MappedLine } from "../../domain/flow/inputs/map-line.js";
import { planInputs } from "../../domain/flow/inputs/plan-inputs.js";
import type { InputPlan } from "../../domain/flow/inputs/plan-inputs.js";
import { SourceSurvey } from "../../domain/flow/inputs/source-survey.js";
import type { JsonValue } from "../../domain/json/json.js";
import { sortRows } from "../../storage/rows/sort-rows.js";
import { openLineSources } from "./line-sources.js";
import type { GivenSource, LineSource, SourcePlaces } from "./line-sources.js";

export interface LineSettings {
  /** Sources by name, e.g. `data`. */
  readonly inputs: Readonly<Record<string, GivenSource>>;
  /**
   * Mapping of the flow's inputs. @default inputs come from the columns of `data` with the same
   * names
   */
  readonly mapping?: Readonly<Record<string, JsonValue>>;
  /** Maximum number of lines after the join. @default all */
  readonly maxLines?: number;
}

export interface ReadLinesOptions extends SourcePlaces {
  readonly settings: LineSettings;
}

/** Facts about the lines of a run. They are complete once all lines have been read. */
export interface LinesReport {
  /** Number of rows by source. */
  readonly rows: Readonly<Record<string, number>>;
  /** Number of lines that were read. */
  readonly lines: number;
  /** Number of the read lines with inputs that are missing or have another type. */
  readonly failing: number;
  /** Lines that some sources lack, by reason. */
  readonly dropped: readonly DroppedLines[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

export interface ReadLines {
  /** Lines in ascending order of their numbers. */
  readonly lines: AsyncIterable<MappedLine>;
  readonly report: () => LinesReport;
}

/**
 * Reads the lines of a batch run: joins its sources and maps their columns to the inputs of the
 * flow. Reads the sources twice: first for their columns, lengths and line numbers, then for the
 * lines. Memory use depends on the number of rows, never on their contents: 8 bytes per numbered
 * row, and about 30 bytes per row of a source out of order, which is sorted through a temporary
 * file.
 *
 * Throws a `UserError` for problems that can be fixed before the run. The iteration of the lines
 * throws a `UserError` if no line is complete.
 */
export async function readLines(
  { inputs: declared }: Pick<Flow, "inputs">,
  { settings, ...places }: ReadLinesOptions,
): Promise<ReadLines> {
  const { inputs, mapping, maxLines } = settings;
  refuseMaxLines(maxLines);
  if (Object.keys(inputs).length === 0) {
    throw new UserError("Expected at least one source of lines, got none. Give one with --data.");
  }
  const warnings: string[] = [];
  const sources = await openLineSources(inputs, places, (text) => warnings.push(text));
  try {
    const read = await surveyed(sources);
    const surveys = read.map(({ survey }) => survey);
    checkSources(surveys);
    warnings.push(...surveys.flatMap((survey) => survey.withoutNumber() ?? []));
    const columns = new Map(surveys.map((survey) => [survey.name, survey.columns]));
    const planned = planInputs({ inputs: declared, mapping, columns });
    warnings.push(...planned.warnings);
    const reading = new LineReading(read, { plan: planned.plan, declared, maxLines });
    return { lines: reading.lines(), report: () => reading.report(warnings) };
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
}

async function closeAll(sources: readonly LineSource[]): Promise<void> {
  await Promise.all(sources.map(async ({ close }) => close?.()));
}

function refuseMaxLines(maxLines: number | undefined): void {
  if (maxLines === undefined || (Number.isSafeInteger(maxLines) && maxLines > 0)) return;
  throw new UserError(`Expected a whole number from 1 on for --max-lines, got ${maxLines}.`);
}

interface SurveyedSource {
  readonly source: LineSource;
  readonly survey: SourceSurvey;
}

async function surveyed(sources: readonly LineSource[]): Promise<readonly SurveyedSource[]> {
  const read: SurveyedSource[] = [];
  for (const source of sources) {
    const survey = new SourceSurvey(source.name);
    for await (const row of source.rows()) survey.see(row);
    read.push({ source, survey });
  }
  return read;
}

interface ReadingSettings {
  readonly plan: InputPlan;
  readonly declared: Readonly<Record<string, FlowInput>>;
  readonly maxLines: number | undefined;
}

class LineReading {
  readonly #sources: readonly SurveyedSource[];
  readonly #settings: ReadingSettings;
  readonly #dropped = new DroppedTally();
  #joined = 0;
  #lines = 0;
  #failing = 0;

  constructor(sources: readonly SurveyedSource[], settings: ReadingSettings) {
    this.#sources = sources;
    this.#settings = settings;
  }

  async *lines(): AsyncGenerator<MappedLine, void, undefined> {
    try {
      yield* this.#mapped();
    } finally {
      await closeAll(this.#sources.map(({ source }) => source));
    }
    if (this.#joined === 0) throw this.#withoutLine();
  }

  async *#mapped(): AsyncGenerator<MappedLine, void, undefined> {
    const { plan, declared, maxLines = Infinity } = this.#settings;
    for await (const joined of joinSources(this.#sources.map(numbered), this.#dropped)) {
      // Lines above the maximum still count, for the notice.
      this.#joined += 1;
      if (this.#lines >= maxLines) continue;
      const line = mapLine(joined, plan, declared);
      this.#lines += 1;
      if (line.error) this.#failing += 1;
      yield line;
    }
  }

  report(warnings: readonly string[]): LinesReport {
    const over = this.#joined - this.#lines;
    const dropped = this.#dropped.all();
    const first = this.#lines === 1 ? "line 1 of" : `the first ${countText(this.#lines)} of`;
    const all = countOf(this.#joined, "line");
    const notices = [
      ...(over > 0 ? [`--max-lines: only ${first} ${all} will run.`] : []),
      ...dropped.map(droppedText),
      ...(this.#failing > 0 ? [failingText(this.#failing)] : []),
    ];
    return {
      rows: Object.fromEntries(this.#sources.map(({ survey }) => [survey.name, survey.rows])),
      lines: this.#lines,
      failing: this.#failing,
      dropped,
      warnings,
      notices,
    };
  }

  #withoutLine(): UserError {
    const counts = this.#sources.map(
      ({ survey }) => `"${survey.name}" (${countOf(survey.rows, "row")})`,
    );
    return new UserError(
      `Expected at least one line that all sources have, found none in ${counts.join(", ")}. Compare their column \`line_number\`.`,
    );
  }
}

function droppedText({ reason, lines }: DroppedLines): string {
  const count = countPositions(lines);
  const left = `${countOf(count, "line")} ${count === 1 ? "is" : "are"} left out`;
  return `${left} (${reason}): ${numbersText(lines)}.`;
}

function failingText(count: number): string {
  return `${countOf(count, "line")} will fail: inputs are missing or have another type.`;
}

const mostRanges = 10;

/** Formats line numbers like `3, 7-9`. */
function numbersText(lines: readonly Range[]): string {
  const texts = lines
    .slice(0, mostRanges)
    .map(([start, end]) => (end - start === 1 ? `${start}` : `${start}-${end - 1}`));
  return [...texts, ...(lines.length > mostRanges ? ["…"] : [])].join(", ");
}

function numbered({ source, survey }: SurveyedSource): NumberedSource {
  const rows = numberRows(source, survey.isNumbered);
  return { name: source.name, rows: survey.isAscending ? rows : sortRows(rows) };
}

/**
 * Numbers the rows of a source. Rows without a number count from 0 if no row of their source has
 * one.
 */
async function* numberRows(
  { name, rows }: LineSource,
  isNumbered: boolean,
): AsyncGenerator<NumberedRow, void, undefined> {
  let count = 0;
  for await (const row of rows()) {
    const number = isNumbered ? lineNumberOf(row, `The source "${name}"`) : count;
    if (number !== undefined) yield { number, row };
    count += 1;
  }
}
