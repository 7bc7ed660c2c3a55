/** Parses a definition from a plain value, and reports every problem at once. */
import { defined } from "../../domain/defined.js";
import { hintOf } from "../../domain/nearest-match.js";
import { numberedName, safeName } from "../../domain/graph/check/names.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { partialFaults } from "../check/partial-faults.js";
import { isFunctionName } from "./definition.js";
import type { PipelineDefinition, StepDefinition, TargetDefinition } from "./definition.js";
import type { PlacedProblem } from "./definition-problem.js";
import {
  builtInUses,
  functionStepSchema,
  isBuiltInUse,
  stepSchemas,
  targetSchema,
} from "./definition-schema.js";
import { keyText, schemaProblems } from "./schema-problems.js";

export type ParsedDefinition =
  | { readonly definition: PipelineDefinition; readonly problems: readonly [] }
  | { readonly definition?: undefined; readonly problems: readonly PlacedProblem[] };

interface NamedStep {
  readonly name: string;
  readonly path: readonly PropertyKey[];
  readonly given: JsonValue;
}

const targetKeys = Object.keys(targetSchema.shape);
const keys = ["name", "description", ...targetKeys, "steps", "edges"];

/**
 * Parses a definition. Steps are an object by name, or a list whose steps may have a `name`. Steps
 * without a name are numbered by kind.
 *
 * @param fallbackName name for a definition without one: the name of its file
 */
export function parseDefinition(value: JsonValue, fallbackName = "pipeline"): ParsedDefinition {
  if (!isJsonObject(value)) {
    const message = `Expected a pipeline to be an object with \`steps\` and \`edges\`, got ${kindOf(value)}.`;
    return { problems: [{ path: [], message }] };
  }
  const { name = safeName(fallbackName), description, steps = null, edges = [] } = value;
  const target = parseTarget(value);
  const named = namedSteps(steps);
  const parsed = named.steps.map((step) => ({ path: step.path, ...parseStep(step) }));
  const chains = typeof edges === "string" ? [edges] : edges;
  const problems = [
    ...unknownKeys(value),
    ...textProblem("name", name),
    ...(description === undefined ? [] : textProblem("description", description)),
    ...target.problems,
    ...named.problems,
    ...parsed.flatMap((step) => step.problems),
    ...edgeProblems(chains),
  ];
  if (problems.length > 0) {
    const texts = isJsonArray(chains) ? chains.filter((text) => typeof text === "string") : [];
    const others = partialFaults({ steps: parsed, target: target.given, chains: texts });
    return { problems: [...problems, ...others] };
  }
  const definition = {
    name,
    ...defined({ description }),
    ...target.given,
    steps: Object.fromEntries(parsed.map(({ name: step, definition: given }) => [step, given])),
    edges: chains,
  };
  // Each part has been checked above.
  return { definition: definition as PipelineDefinition, problems: [] };
}

function unknownKeys(value: JsonObject): readonly PlacedProblem[] {
  return Object.keys(value)
    .filter((key) => !keys.includes(key))
    .map((key) => ({
      path: [key],
      key,
      message: `\`${key}\` is no key of a pipeline. ${hintOf(key, keys)}`,
    }));
}

function parseTarget(value: JsonObject): {
  readonly given: TargetDefinition;
  readonly problems: readonly PlacedProblem[];
} {
  const result = targetSchema.safeParse(value);
  if (result.success) return { given: result.data, problems: [] };
  const issues = schemaProblems(result.error.issues, value, { kind: "a pipeline", keys });
  const problems = issues.map(({ path, message }) => ({
    path,
    key: keyText(path),
    message: message.replace(/^e/, "E"),
  }));
  return { given: {}, problems };
}

function textProblem(key: string, value: JsonValue): readonly PlacedProblem[] {
  if (typeof value === "string") return [];
  return [{ path: [key], key, message: `Expected \`${key}\` to be text, got ${kindOf(value)}.` }];
}

function edgeProblems(edges: JsonValue): readonly PlacedProblem[] {
  const path = ["edges"];
  if (!isJsonArray(edges)) {
    const message = `Expected \`edges\` to be a list of texts such as "load >> gpt", got ${kindOf(edges)}.`;
    return [{ path, key: "edges", message }];
  }
  return edges.flatMap((edge, index) =>
    typeof edge === "string"
      ? []
      : [
          {
            path: [...path, index],
            key: "edges",
            message: `Expected \`edges[${index}]\` to be text such as "load >> gpt", got ${kindOf(edge)}.`,
          },
        ],
  );
}

function namedSteps(steps: JsonValue): {
  readonly steps: readonly NamedStep[];
  readonly problems: readonly PlacedProblem[];
} {
  const path = ["steps"];
  const count = isJsonArray(steps)
    ? steps.length
    : isJsonObject(steps)
      ? Object.keys(steps).length
      : 0;
  if (count === 0) {
    const message = `Expected \`steps\` to have at least one step, by name, got ${kindOf(steps)}.`;
    return { steps: [], problems: [{ path, key: "steps", message }] };
  }
  if (isJsonArray(steps)) return listedSteps(steps);
  // The count of all other names is 0.
  const entries = Object.entries(steps as JsonObject);
  return {
    steps: entries.map(([name, given]) => ({ name, path: [...path, name], given })),
    problems: [],
  };
}

function listedSteps(list: readonly JsonValue[]): ReturnType<typeof namedSteps> {
  const taken = new Set<string>();
  const problems: PlacedProblem[] = [];
  for (const [index, step] of list.entries()) {
    const name = isJsonObject(step) ? step["name"] : undefined;
    if (name === undefined) continue;
    const path = ["steps", index, "name"];
    if (typeof name !== "string") {
      problems.push({
        path,
        key: "name",
        message: `Expected \`steps[${index}].name\` to be text, got ${kindOf(name)}.`,
      });
    } else if (taken.has(name)) {
      problems.push({
        path,
        step: name,
        message: `Two steps are called "${name}". Give one of them another name.`,
      });
    } else {
      taken.add(name);
    }
  }
  const steps = list.map((step, index): NamedStep => {
    const path = ["steps", index];
    if (!isJsonObject(step)) return { name: `steps[${index}]`, path, given: step };
    const { name, ...given } = step;
    if (typeof name === "string") return { name, path, given };
    const use = typeof given["use"] === "string" ? given["use"] : "step";
    const free = numberedName(use.split("#").at(-1) ?? use, taken);
    taken.add(free);
    return { name: free, path, given };
  });
  return { steps, problems };
}

function parseStep({ name, path, given }: NamedStep): {
  readonly name: string;
  readonly definition?: StepDefinition;
  readonly problems: readonly PlacedProblem[];
} {
  const problem = (message: string, key: readonly PropertyKey[] = []): PlacedProblem => ({
    path: [...path, ...key],
    step: name,
    ...(key.length > 0 && { key: keyText(key) }),
    message: `The step "${name}": ${message}`,
  });
  if (!isJsonObject(given)) {
    return { name, problems: [problem(`expected an object with \`use\`, got ${kindOf(given)}.`)] };
  }
  const { use } = given;
  if (typeof use !== "string") {
    const got = use === undefined ? "none" : kindOf(use);
    return {
      name,
      problems: [problem(`expected \`use\` to name a kind of step, got ${got}.`, ["use"])],
    };
  }
  const schema = isBuiltInUse(use) ? stepSchemas[use] : functionStepSchema;
  if (!isBuiltInUse(use) && !isFunctionName(use)) {
    const message = `there is no kind of step "${use}". ${hintOf(use, builtInUses)} A function of your own is named like ./steps.ts#words.`;
    return { name, problems: [problem(message, ["use"])] };
  }
  const result = schema.safeParse(given);
  if (result.success) return { name, definition: result.data, problems: [] };
  const issues = schemaProblems(result.error.issues, given, {
    kind: isBuiltInUse(use) ? `a ${use} step` : "a function step",
    keys: Object.keys(schema.shape),
  });
  return { name, problems: issues.map((issue) => problem(issue.message, issue.path)) };
}

function kindOf(value: JsonValue): string {
  if (value === null) return "nothing";
  if (isJsonArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? "an empty object" : "an object";
  return JSON.stringify(value);
}
