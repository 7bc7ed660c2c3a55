/** Converts a built-in step or a function step to a node of the graph. */
import { defined } from "../../domain/defined.js";
import type { Mapping, Router, Step } from "../../domain/graph/graph.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { isFunctionName } from "../definition/definition.js";
import type {
  FilterDefinition,
  FunctionDefinition,
  LoadDefinition,
  SampleDefinition,
  StepDefinition,
} from "../definition/definition.js";
import { isBuiltInUse } from "../definition/definition-schema.js";
import type { BuiltInUse } from "../definition/definition-schema.js";
import { rowCondition } from "../templates/row-template.js";
import { modelColumns } from "./model-steps.js";
import type { ModelStep } from "./models.js";

/** The columns that a user's module declares for one of its functions. */
export interface FunctionColumns {
  readonly reads?: readonly string[];
  readonly mayRead?: readonly string[];
  readonly writes?: readonly string[];
  readonly many?: boolean;
}

/** Facts about a pipeline that are not in its definition. */
export interface KnownColumns {
  /** Columns in the data of each source. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Columns of functions, by their `use`, e.g. `./steps.ts#words`. */
  readonly functions: ReadonlyMap<string, FunctionColumns>;
}

export function graphStep(
  name: string,
  definition: StepDefinition,
  { known, router }: { readonly known: KnownColumns; readonly router: Router | undefined },
): Step {
  const { inputs, outputs, accepts } = definition;
  const base = { name, ...defined({ inputs, outputs, accepts, router }) };
  if (!isBuiltInUse(definition.use)) {
    // Steps of all other kinds are built in.
    const own = definition as FunctionDefinition;
    return { ...base, ...readingWhen(functionNode(own, known), definition) };
  }
  // The table maps each kind to the function that makes its node.
  const node = nodes[definition.use] as NodeOf<StepDefinition>;
  return { ...base, ...readingWhen(node(definition, { name, known }), definition) };
}

/** Adds the columns that a step's condition reads. */
function readingWhen(node: Node, definition: StepDefinition): Node {
  const when = "when" in definition ? definition.when : undefined;
  if (when === undefined || node.kind !== "add") return node;
  return { ...node, reads: [...new Set([...node.reads, ...conditionReads(when)])] };
}

/** A step without the keys that all steps have. */
type Node = Step extends infer Kind
  ? Kind extends Step
    ? Omit<Kind, "name" | "inputs" | "outputs" | "accepts" | "router">
    : never
  : never;

type NodeOf<Definition> = (
  definition: Definition,
  at: { readonly name: string; readonly known: KnownColumns },
) => Node;

const ofModel = (definition: ModelStep, { name }: { readonly name: string }): Node => ({
  kind: "add",
  use: definition.use,
  ...modelColumns(name, definition),
});

const nodes: {
  readonly [Use in BuiltInUse]: NodeOf<Extract<StepDefinition, { readonly use: Use }>>;
} = {
  load: (definition, { name, known }) => ({
    kind: "source",
    columns: loadColumns(name, definition, known),
  }),
  sample: (definition, { name, known }) => ({
    kind: "source",
    columns: sampleColumns(name, definition, known),
  }),
  "text-generation": ofModel,
  "chat-generation": ofModel,
  template: ofModel,
  "structured-output": ofModel,
  group: ({ columns }) => ({ kind: "group", columns }),
  combine: () => ({ kind: "combine" }),
  keep: ({ columns }) => ({ kind: "keep", columns }),
  rename: ({ columns }) => ({ kind: "rename", columns }),
  merge: ({ columns, output }) => ({ kind: "merge", columns, output }),
  expand: ({ columns, encoded }) => ({
    kind: "expand",
    columns: asMapping(columns),
    ...defined({ encoded }),
  }),
  collect: ({ columns }) => ({ kind: "collect", columns: asMapping(columns) }),
  filter: (definition, { known }) => ({
    kind: "filter",
    where: definition.where,
    reads: filterReads(definition, known),
  }),
  global: (definition, { known }) => {
    const { reads = [], writes = [] } = ofFunction(definition.function, definition, known);
    return { kind: "global", use: definition.function, reads, writes };
  },
};

function functionNode(definition: FunctionDefinition, known: KnownColumns): Node {
  const { use } = definition;
  const { reads = [], writes = [], mayRead, many } = ofFunction(use, definition, known);
  return { kind: "add", use, reads, writes, ...defined({ mayRead, many }) };
}

/**
 * Returns the columns of a source: declared columns, otherwise those of the data, otherwise those
 * of a schema.
 */
function loadColumns(
  name: string,
  { columns, rows, schema }: LoadDefinition,
  { sources }: KnownColumns,
): readonly string[] {
  if (columns !== undefined) return columns;
  if (rows !== undefined) return [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return sources.get(name) ?? schemaColumns(schema) ?? [];
}

/** Returns the columns that a JSON Schema of rows names. */
export function schemaColumns(schema: JsonObject | undefined): readonly string[] | undefined {
  const properties = schema?.["properties"];
  return isJsonObject(properties) ? Object.keys(properties) : undefined;
}

/**
 * Returns the columns of a sampling source: first the columns of drawn rows, then those of
 * samplers.
 */
function sampleColumns(
  name: string,
  { columns = {}, draw }: SampleDefinition,
  { sources }: KnownColumns,
): readonly string[] {
  const drawn = draw ? (draw.columns ?? sources.get(name) ?? []) : [];
  return [...new Set([...drawn, ...Object.keys(columns)])];
}

/** Returns the columns of a function. The step's own declaration overrides the module's. */
function ofFunction(
  use: string,
  { reads, writes, many }: Pick<FunctionDefinition, "reads" | "writes" | "many">,
  { functions }: KnownColumns,
): FunctionColumns {
  return { ...functions.get(use), ...defined({ reads, writes, many }) };
}

function filterReads({ where, reads }: FilterDefinition, known: KnownColumns): readonly string[] {
  if (isFunctionName(where)) return reads ?? known.functions.get(where)?.reads ?? [];
  return conditionReads(where);
}

/**
 * Returns the columns of an expression. All are needed, because a comparison with a missing column
 * fails.
 */
export function conditionReads(expression: string): readonly string[] {
  try {
    return rowCondition(expression).columns.reads;
  } catch {
    // The check reports the invalid expression.
    return [];
  }
}

function asMapping(columns: readonly string[] | Mapping): Mapping {
  if (!isList(columns)) return columns;
  return Object.fromEntries(columns.map((column) => [column, column]));
}

/** Narrows to a readonly array, which `Array.isArray` cannot. */
function isList(columns: readonly string[] | Mapping): columns is readonly string[] {
  return Array.isArray(columns);
}
