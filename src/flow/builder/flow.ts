import type * as z from "zod";
import type { FlowInput } from "../../domain/flow/flow.js";
import { flowMark } from "./flow-mark.js";
import type { ModuleFlow } from "./flow-mark.js";
import { flowInputs, readInputs } from "./input-types.js";
import type { InputShape } from "./input-types.js";
import type { Line } from "./line.js";

/**
 * A flow. Make it the default export of its module, so that it can be run for each line of an
 * input.
 */
export interface CodeOfFlow<Inputs, Output> {
  /** Inputs in the order of their declaration. */
  readonly inputs: Readonly<Record<string, FlowInput>>;
  /** Runs the code of one line, to try it: `await answer.run({ question: "Why?" }, line)`. */
  readonly run: (inputs: Inputs, line: Line) => Output;
  readonly [flowMark]: ModuleFlow;
}

/**
 * Makes a flow: `flow({ question: z.string() }, async ({ question }, line) => …)`.
 *
 * The function may be synchronous, asynchronous, or a generator. The parts of a generator are
 * joined to text.
 *
 * @param shape a zod schema for each input
 */
export function flow<const Shape extends InputShape, Output>(
  shape: Shape,
  run: (inputs: z.output<z.ZodObject<Shape>>, line: Line) => Output,
): CodeOfFlow<z.output<z.ZodObject<Shape>>, Output> {
  const inputs = flowInputs(shape);
  return {
    inputs,
    run,
    [flowMark]: {
      inputs,
      // `readInputs` parses each input with its schema.
      run: (given, line) => run(readInputs(shape, given) as z.output<z.ZodObject<Shape>>, line),
    },
  };
}
