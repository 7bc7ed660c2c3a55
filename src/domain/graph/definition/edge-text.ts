/** Parses edges as text: `load >> sample-n-steps(2) >> [gpt, gemini] >> group`. */
import type { Edge, Router } from "../graph.js";

export interface EdgesOfText {
  readonly edges: readonly Edge[];
  /** Routers by the step before them. */
  readonly routers: ReadonlyMap<string, Router>;
  /** Problems, one sentence each. */
  readonly problems: readonly string[];
}

/** Name of the source for a text that starts with a router. */
const datasetName = "dataset";

type Part =
  | { readonly kind: "steps"; readonly names: readonly string[] }
  | { readonly kind: "router"; readonly router: Router };

class EdgeFault extends Error {}

/** Parses edges and never throws. A text that is not a chain of steps leads to problems. */
export function parseEdges(text: string): EdgesOfText {
  try {
    return { ...connect(text.split(">>").map((part) => parsePart(part.trim()))), problems: [] };
  } catch (error) {
    if (!(error instanceof EdgeFault)) throw error;
    const problem = `The edges ${JSON.stringify(text)} can't be read: ${error.message}`;
    return { edges: [], routers: new Map(), problems: [problem] };
  }
}

function connect(parts: readonly Part[]): Omit<EdgesOfText, "problems"> {
  const edges: Edge[] = [];
  const routers = new Map<string, Router>();
  if (parts.length < 2) throw new EdgeFault("an edge leads from one step to another: a >> b.");
  let before: readonly string[] | undefined;
  let router: Router | undefined;
  for (const part of parts) {
    if (part.kind === "router") {
      if (router) throw new EdgeFault("a router follows a router. Put steps between them.");
      before ??= [datasetName];
      const [from, ...others] = before;
      if (from === undefined || others.length > 0) {
        throw new EdgeFault("a router follows several steps. Give each of them a text of its own.");
      }
      router = part.router;
      routers.set(from, router);
      continue;
    }
    for (const from of before ?? []) edges.push(...part.names.map((to) => ({ from, to })));
    before = part.names;
    router = undefined;
  }
  if (router)
    throw new EdgeFault("nothing follows the router. Name the steps that it chooses from.");
  return { edges, routers };
}

function parsePart(text: string): Part {
  if (text === "") throw new EdgeFault('a step is missing beside ">>".');
  const list = /^\[(.*)\]$/s.exec(text)?.[1];
  if (list !== undefined) return { kind: "steps", names: list.split(",").map(stepName) };
  const call = /^([\w-]+)\((.*)\)$/s.exec(text);
  if (call) return { kind: "router", router: parseRouter(call[1] ?? "", call[2] ?? "") };
  return { kind: "steps", names: [stepName(text)] };
}

function stepName(text: string): string {
  const name = text.trim();
  if (name === "") throw new EdgeFault("a list has an empty place.");
  if (/[[\],()\s]/.test(name)) throw new EdgeFault(`${JSON.stringify(name)} is no name of a step.`);
  return name;
}

function parseRouter(name: string, text: string): Router {
  const [first = "", ...rest] = text.split(",").map((part) => part.trim());
  const options = new Map(rest.map((part) => optionOf(name, part)));
  const per = options.get("per");
  const perOf = per === undefined ? {} : { per };
  if (name === "route") {
    if (!first.includes("#"))
      throw new EdgeFault("route(…) takes a function: route(./file.ts#name).");
    return { kind: "own", use: first, ...perOf };
  }
  if (name !== "sample-n-steps") {
    throw new EdgeFault(
      `there is no router ${JSON.stringify(name)}. Use sample-n-steps(n) or route(./file.ts#name).`,
    );
  }
  return { kind: "sample", n: wholeNumber(name, first), seed: options.get("seed") ?? 0, ...perOf };
}

function optionOf(router: string, text: string): [string, number] {
  const [, name = "", value = ""] = /^(\w+)\s*[:=]\s*(.*)$/s.exec(text) ?? [];
  if (name !== "seed" && name !== "per") {
    throw new EdgeFault(`${router} takes \`seed\` and \`per\`, got ${JSON.stringify(text)}.`);
  }
  return [name, wholeNumber(`\`${name}\``, value)];
}

function wholeNumber(what: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new EdgeFault(`${what} takes a whole number, got ${JSON.stringify(text)}.`);
}
