import { UserError } from "../../failure/user-error.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import { hintOf, nearestMatch } from "../../nearest-match.js";
import type { FlowInput } from "../flow.js";
import { parseMapping, referenceMeant, referenceWithin } from "./parse-mapping.js";
import type { ColumnPlace, MappedValue } from "./parse-mapping.js";

/** Origin of an input's values, for all lines of a run. */
export type InputOrigin =
  | { readonly kind: "value"; readonly value: JsonValue }
  | {
      readonly kind: "column";
      readonly text: string;
      /** Places of columns. Columns that no row has are left out. */
      readonly places: readonly ColumnPlace[];
      /** Value for lines without the column. If absent, such a line fails. */
      readonly otherwise?: JsonValue;
    };

/** Origins by input, in the order of their declaration. */
export type InputPlan = ReadonlyMap<string, InputOrigin>;

/** The columns of the sources, by source. */
export type SourceColumns = ReadonlyMap<string, ReadonlySet<string>>;

export interface PlanRequest {
  readonly inputs: Readonly<Record<string, FlowInput>>;
  /** Mapping of the inputs. @default inputs come from the columns of `data` with the same names */
  readonly mapping?: JsonObject | undefined;
  readonly columns: SourceColumns;
}

export interface PlannedInputs {
  readonly plan: InputPlan;
  readonly warnings: readonly string[];
}

/** The source whose columns are inputs without a mapping. */
const mainSource = "data";

/**
 * Determines where the inputs of all lines come from: from the mapping, otherwise from the input's
 * default, otherwise from the column of `data` with the same name. A default of null is used only
 * if that column does not exist.
 *
 * Throws one `UserError` with all references that exist in no row.
 */
export function planInputs({ inputs, mapping = {}, columns }: PlanRequest): PlannedInputs {
  const mapped = parseMapping(mapping);
  const problems: string[] = [];
  const plan = new Map<string, InputOrigin>();
  for (const [input, declared] of Object.entries(inputs)) {
    const origin = originOf(input, { declared, mapped: mapped.get(input), columns });
    if (typeof origin === "string") problems.push(origin);
    else plan.set(input, origin);
  }
  if (problems.length > 0) {
    const known = Object.keys(inputs);
    const ignored = [...mapped.keys()].filter((input) => !known.includes(input));
    throw unresolved(
      problems,
      ignored.map((input) => unknownInput(input, known)),
    );
  }
  return { plan, warnings: warningsOf(Object.keys(inputs), mapping, mapped) };
}

interface OriginContext {
  readonly declared: FlowInput;
  readonly mapped: MappedValue | undefined;
  readonly columns: SourceColumns;
}

/** Returns the origin of an input, or a sentence if it has none. */
function originOf(
  input: string,
  { declared, mapped, columns }: OriginContext,
): InputOrigin | string {
  if (mapped?.kind === "literal") return literalOrigin(input, mapped.value);
  if (mapped) return mappedOrigin(input, mapped, columns);
  const { default: otherwise } = declared;
  if (otherwise !== undefined && otherwise !== null) return { kind: "value", value: otherwise };
  const place = { source: mainSource, column: input };
  const text = `\${${mainSource}.${input}}`;
  if (existing([place], columns).length > 0) {
    return { kind: "column", text, places: [place], ...(otherwise === null && { otherwise }) };
  }
  if (otherwise === null) return { kind: "value", value: null };
  return `\`${input}\` has no mapping and no default, and ${missing([place], columns)}`;
}

function literalOrigin(input: string, value: JsonValue): InputOrigin | string {
  const meant = referenceMeant(value);
  if (meant === undefined) return { kind: "value", value };
  return `\`${input}\` is mapped to ${JSON.stringify(value)}, which has no braces. Did you mean ${meant}?`;
}

function mappedOrigin(
  input: string,
  { text, places }: Extract<MappedValue, { kind: "reference" }>,
  columns: SourceColumns,
): InputOrigin | string {
  const found = existing(places, columns);
  if (found.length > 0) return { kind: "column", text, places: found };
  return `\`${input}\` is mapped to ${text}, but ${missing(places, columns)}`;
}

function existing(places: readonly ColumnPlace[], columns: SourceColumns): readonly ColumnPlace[] {
  return places.filter(({ source, column }) => columns.get(source)?.has(column) === true);
}

function missing(places: readonly ColumnPlace[], columns: SourceColumns): string {
  const known = places.find(({ source }) => columns.has(source));
  if (known) {
    const names = [...(columns.get(known.source) ?? [])];
    return `no row of the source "${known.source}" has the column "${known.column}". ${hintOf(known.column, names)}`;
  }
  const [first] = places;
  if (!first) return "a reference is ${source.column}.";
  return `there is no source "${first.source}". ${hintOf(first.source, [...columns.keys()])}`;
}

/** @param ignored sentences about ignored mappings, which are usually the cause */
function unresolved(problems: readonly string[], ignored: readonly string[]): UserError {
  const list = [...problems, ...ignored].map((text) => `- ${text}`).join("\n");
  const count = problems.length === 1 ? "1 input" : `${problems.length} inputs`;
  return new UserError(
    `Expected a value for each input of the flow, but ${count} cannot be resolved:\n${list}\nMap inputs with --map 'INPUT=\${SOURCE.COLUMN}'.`,
  );
}

function warningsOf(
  inputs: readonly string[],
  mapping: JsonObject,
  mapped: ReadonlyMap<string, MappedValue>,
): readonly string[] {
  if (mapped.size === 0) {
    return [`No mapping given: inputs come from the same-named columns of "${mainSource}".`];
  }
  return [...mapped].flatMap(([input, value]) => {
    if (!inputs.includes(input)) return [unknownInput(input, inputs)];
    const within = referenceWithin(mapping[input] ?? null);
    if (value.kind === "reference" || within === undefined) return [];
    return [
      `The mapping of \`${input}\` is a literal text, although it contains ${within}. A reference must be the whole value.`,
    ];
  });
}

function unknownInput(input: string, inputs: readonly string[]): string {
  const nearest = nearestMatch(input, inputs);
  const hint = nearest === undefined ? "" : ` Did you mean \`${nearest}\`?`;
  return `The mapping of \`${input}\` is ignored, because the flow has no such input.${hint}`;
}
