import type { Problem } from "../../domain/graph/check/problem.js";
import type { StepDefinition } from "../definition/definition.js";
import { isModelStep } from "../steps/models.js";
import { meantParameter } from "./meant-parameter.js";

export function parameterFaults(step: string, definition: StepDefinition): readonly Problem[] {
  const { parameters = {}, runtime_parameters: required = [] } = definition;
  const options = { own: required, isModel: isModelStep(definition) };
  const mistyped = Object.keys(parameters).flatMap((name) => {
    const meant = meantParameter(name, options);
    if (meant === undefined) return [];
    return [{ step, message: mistypedText(step, name, meant) }];
  });
  const missing = required
    .filter((name) => parameters[name] === undefined)
    .map((name) => ({
      step,
      message: `The step "${step}" needs a value for \`parameters.${name}\`. Set it with --set ${step}.parameters.${name}=VALUE.`,
    }));
  return [...mistyped, ...missing];
}

export function mistypedText(step: string, name: string, meant: string): string {
  return `The step "${step}": \`parameters.${name}\` looks mistyped. Did you mean \`${meant}\`?`;
}
