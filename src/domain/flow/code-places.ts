import type { CodePlace, Flow } from "./flow.js";

/** Returns every place of code that a flow runs. */
export function codePlacesOf(flow: Flow): readonly CodePlace[] {
  if (flow.kind === "code") return [flow.code];
  if (flow.kind === "chat") return flow.roles.flatMap((role) => codePlacesOf(role.flow));
  return flow.nodes.flatMap((node) => (node.kind === "code" ? [node.code] : []));
}

/** Returns the models that a flow names, each once. Code may ask other models. */
export function modelsOf(flow: Flow): readonly string[] {
  if (flow.kind === "code") return [];
  if (flow.kind === "chat") return [...new Set(flow.roles.flatMap((role) => modelsOf(role.flow)))];
  return [...new Set(flow.nodes.flatMap((node) => (node.kind === "llm" ? [node.llm] : [])))];
}

/** Returns the models of a graph's nodes by node; `role.node` in a chat group. */
export function modelsOfSteps(flow: Flow): readonly (readonly [string, string])[] {
  if (flow.kind === "code") return [];
  if (flow.kind === "chat") {
    return flow.roles.flatMap(({ role, flow: own }) =>
      modelsOfSteps(own).map(([node, model]) => [`${role}.${node}`, model] as const),
    );
  }
  return flow.nodes.flatMap((node) =>
    node.kind === "llm" ? [[node.name, node.llm] as const] : [],
  );
}
