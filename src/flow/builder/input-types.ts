import * as z from "zod";
import type { FlowInput, ValueType } from "../../domain/flow/flow.js";
import type { JsonValue } from "../../domain/json/json.js";

/** The shape of a flow's inputs: a zod schema for each. */
export type InputShape = z.ZodRawShape;

interface InputSchema {
  readonly type?: string;
  readonly anyOf?: readonly InputSchema[];
  readonly default?: JsonValue;
}

/**
 * Returns the inputs that a shape declares. An optional input without a default has the value
 * `null`.
 */
export function flowInputs(shape: InputShape): Readonly<Record<string, FlowInput>> {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(shape), {
    io: "input",
    unrepresentable: "any",
  });
  const inputs = Object.keys(shape).map((name): [string, FlowInput] => {
    // A property's schema is an object, or `true` if it accepts anything.
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

/**
 * Returns the type of an input. A schema with several types accepts anything: `object` also accepts
 * text.
 */
function typeOf({ type, anyOf = [] }: InputSchema): ValueType {
  if (type !== undefined) return types[type] ?? "object";
  const others = anyOf.filter((each) => each.type !== "null");
  const [only] = others;
  return only && others.length === 1 ? typeOf(only) : "object";
}

/** Thrown if an input does not fit its schema. */
class InputError extends Error {
  override readonly name = "InputError";
}

/**
 * Returns the inputs of a line, parsed with the flow's schemas. Throws an `InputError` that names
 * the input.
 */
export function readInputs(
  shape: InputShape,
  given: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, unknown>> {
  const read = Object.entries(shape).map(([name, schema]): [string, unknown] => {
    // Shapes contain schemas. zod types them as its core does, without methods.
    const { data, error } = z.safeParse(schema as z.ZodType, given[name]);
    if (!error) return [name, data];
    // The input is optional and has no value.
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
