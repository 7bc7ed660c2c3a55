/** Checks the parts of a single step: models, templates, schemas, samplers, functions. */
import type { Problem } from "../../domain/graph/check/problem.js";
import type { JsonObject } from "../../domain/json/json.js";
import { hintOf } from "../../domain/nearest-match.js";
import { isFunctionName, isFunctionStep } from "../definition/definition.js";
import type { SampleDefinition, StepDefinition } from "../definition/definition.js";
import type { Sampler } from "../definition/sampler.js";
import type { FunctionColumns } from "../steps/graph-step.js";
import { schemaCheck } from "../../schemas/json-schema.js";
import { isModelStep, modelOf, modelsOf } from "../steps/models.js";
import type { ModelStep } from "../steps/models.js";
import { rowCondition, rowTemplate } from "../templates/row-template.js";
import { parameterFaults } from "./parameters.js";
import { faultOf, templateFaults } from "./template-faults.js";

export interface KnownThings {
  /** Names of the available APIs. @default any name is accepted */
  readonly apis?: readonly string[];
  /**
   * Columns of functions, by their `use`, e.g. `./steps.ts#words`. Absent while the modules are not
   * read yet: functions are then not checked.
   */
  readonly functions?: ReadonlyMap<string, FunctionColumns>;
  /** Maximum number of source rows of a pipeline with a `target`. */
  readonly maxCandidates?: number | undefined;
}

export function stepFaults(
  step: string,
  definition: StepDefinition,
  known: KnownThings,
): readonly Problem[] {
  const own = [
    ...(isModelStep(definition) ? modelFaults(definition, known) : []),
    ...(definition.use === "filter" ? whereFaults(definition.where) : []),
    ...whenFaults(definition),
    ...(definition.use === "load" && definition.schema !== undefined
      ? schemaFaults("schema", definition.schema)
      : []),
    ...(definition.use === "sample" ? samplerFaults(definition, known) : []),
    ...functionFaults(definition, known),
  ];
  const ofStep = own.map((message) => ({ step, message: `The step "${step}": ${message}` }));
  return [...ofStep, ...parameterFaults(step, definition)];
}

function modelFaults(definition: ModelStep, { apis }: KnownThings): readonly string[] {
  const { validate } = definition;
  const names = modelsOf(definition).map((model) => modelOf(model).api);
  const template = "template" in definition ? definition.template : undefined;
  return [
    ...[...new Set(names)]
      .filter((api) => apis?.includes(api) === false)
      .map((api) => `there is no API "${api}". ${hintOf(api, apis ?? [])}`),
    ...(template === undefined
      ? []
      : templateFaults("template", "is no Jinja template", () => rowTemplate(template))),
    ...(definition.use === "structured-output" ? schemaFaults("schema", definition.schema) : []),
    ...(validate?.schema === undefined ? [] : schemaFaults("validate.schema", validate.schema)),
    ...patternFaults(validate?.pattern),
  ];
}

function schemaFaults(key: string, schema: JsonObject): readonly string[] {
  return faultOf(`\`${key}\` is no JSON Schema`, () => schemaCheck(schema));
}

function patternFaults(pattern: string | undefined): readonly string[] {
  if (pattern === undefined) return [];
  return faultOf("`validate.pattern` is no regular expression", () => new RegExp(pattern, "u"));
}

function whereFaults(where: string): readonly string[] {
  if (isFunctionName(where)) return [];
  const what = "is neither a Jinja expression nor a function";
  return templateFaults("where", what, () => rowCondition(where));
}

function whenFaults(definition: StepDefinition): readonly string[] {
  const when = "when" in definition ? definition.when : undefined;
  if (when === undefined) return [];
  return templateFaults("when", "is no Jinja expression", () => rowCondition(when));
}

/** Checks a function. The columns of its result must be known from the step or from its module. */
function functionFaults(definition: StepDefinition, { functions }: KnownThings): readonly string[] {
  if (!functions || (!isFunctionStep(definition) && definition.use !== "global")) return [];
  const use = definition.use === "global" ? definition.function : definition.use;
  if ((definition.writes ?? functions.get(use)?.writes) !== undefined) return [];
  return [`expected the columns that ${use} writes. Name them: \`writes: [column]\`.`];
}

function samplerFaults(
  { columns = {}, rows, draw }: SampleDefinition,
  { maxCandidates }: KnownThings,
): readonly string[] {
  const seen = new Map<string, Sampler>();
  const faults: string[] = [];
  if ((rows ?? maxCandidates) === undefined) {
    faults.push(
      "`rows` is missing, the number of rows. A pipeline with `max_candidates` needs none.",
    );
  }
  const drawn = draw?.columns?.find((column) => Object.hasOwn(columns, column));
  if (drawn !== undefined) {
    faults.push(
      `the column "${drawn}" has a sampler and is drawn from ${draw?.file ?? "a file"}. Remove one of them.`,
    );
  }
  for (const [column, sampler] of Object.entries(columns)) {
    if (sampler.type === "subcategory")
      faults.push(...subcategoryFaults(column, sampler, { seen, draw }));
    seen.set(column, sampler);
  }
  return faults;
}

interface SamplersBefore {
  readonly seen: ReadonlyMap<string, Sampler>;
  readonly draw: SampleDefinition["draw"] | undefined;
}

function subcategoryFaults(
  column: string,
  { of, values }: Extract<Sampler, { readonly type: "subcategory" }>,
  { seen, draw }: SamplersBefore,
): readonly string[] {
  const parent = seen.get(of);
  if (parent === undefined) {
    const drawn = draw?.columns ?? [];
    // The columns of a file are known only after it is read, unless the step declares them.
    if (drawn.includes(of) || (draw && !draw.columns)) return [];
    const before = [...drawn, ...seen.keys()];
    const hint = before.length === 0 ? "No column stands before it." : hintOf(of, before);
    return [`\`columns.${column}.of\` names no column before it with "${of}". ${hint}`];
  }
  const categories = categoriesOf(parent);
  const missing = categories?.filter((category) => !Object.hasOwn(values, category)) ?? [];
  if (missing.length === 0) return [];
  return [`\`columns.${column}.values\` has no values for ${missing.join(", ")} of "${of}".`];
}

/**
 * Returns the categories in the spelling of a subcategory's keys; `undefined` for values that
 * cannot be listed.
 */
function categoriesOf(sampler: Sampler): readonly string[] | undefined {
  if (sampler.type === "bernoulli") return ["true", "false"];
  if (sampler.type !== "category" && sampler.type !== "subcategory") return undefined;
  const values =
    sampler.type === "category" ? sampler.values : Object.values(sampler.values).flat();
  return [
    ...new Set(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)))),
  ];
}
