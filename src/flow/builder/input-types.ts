import { z } from "zod";
import type { FlowInput, ValueType } from "../../domain/flow/flow.js";
import type { JsonValue } from "../../domain/json/json.js";

/** The shape of a flow's inputs: a zod schema for each. */
export type InputShape = z.ZodRawShape;

interface InputSchema {
  readonly type?: string;
  readonly anyOf?: readonly InputSchema[];
  readonly default?: JsonValue;
}

/** The inputs that a shape declares. An optional input without a default has `null`. */
export function flowInputs(shape: InputShape): Readonly<Record<string, FlowInput>> {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(shape), {
    io: "input",
    unrepresentable: "any",
  });
  const inputs = Object.keys(shape).map((name): [string, FlowInput] => {
    // The schema of a property is an object, apart from `true` for anything.
    const schema = (properties[name] ?? {}) as InputSchema;
    const type = typeOf(schema);
    if (schema.default !== undefined) return [name, { type, default: schema.default }];
    return [name, required.includes(name) ? { type } : { type, default: null }];
  });
  return Object.fromEntries(inputs);
}

const types: Readonly<Record<string, ValueType>> = {
  string: "string",
  integer: "int",
  number: "double",
  boolean: "bool",
  array: "list",
  object: "object",
};

/** A schema of several types takes anything: `object` also takes text. */
function typeOf({ type, anyOf = [] }: InputSchema): ValueType {
  if (type !== undefined) return types[type] ?? "object";
  const others = anyOf.filter((each) => each.type !== "null");
  const [only] = others;
  return only && others.length === 1 ? typeOf(only) : "object";
}

/** An input has a value that its schema refuses. */
class InputError extends Error {
  override readonly name = "InputError";
}

/**
 * The inputs of a line as its flow's schemas read them. Throws an `InputError` that names the
 * input.
 */
export function readInputs(
  shape: InputShape,
  given: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, unknown>> {
  const read = Object.entries(shape).map(([name, schema]): [string, unknown] => {
    // Shapes hold schemas; zod types them as its core does, without methods.
    const { data, error } = z.safeParse(schema as z.ZodType, given[name]);
    if (!error) return [name, data];
    // An optional input without a value.
    if (given[name] === null && z.safeParse(schema as z.ZodType, undefined).success)
      return [name, undefined];
    const [issue] = error.issues;
    const place = [name, ...(issue?.path ?? [])].map(String).join(".");
    throw new InputError(
      `The input "${place}" is ${JSON.stringify(given[name])}. ${issue?.message ?? ""}`.trim(),
    );
  });
  return Object.fromEntries(read);
}
