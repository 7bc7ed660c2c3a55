/**
 * Finds the filters and tests of a template that the library does not have. The library itself
 * reports them only when it renders the template.
 */
import { inBackticks, nearestMatch } from "../../domain/nearest-match.js";
import { knownTests } from "./jinja.js";
import type { Program } from "./jinja.js";

export interface UnknownName {
  /** Offset in the text of the template, starting at 0. */
  readonly offset: number;
  /** Message as a sentence without its period: `there is no filter …`. */
  readonly message: string;
}

/** Filters that can be used without parentheses. */
export const plainFilters: readonly string[] = (
  "abs bool capitalize dictsort first float indent int items join keys last length list lower " +
  "reverse safe sort string title tojson trim unique upper values"
).split(" ");

/** Filters that can be used with parentheses. */
export const calledFilters: readonly string[] = (
  "default dictsort float get indent int items join keys map rejectattr replace selectattr sort " +
  "tojson values"
).split(" ");

const allFilters = [...new Set([...plainFilters, ...calledFilters])];

/** Names of filters in Python's Jinja and in other template languages, with our names. */
const otherNames: Readonly<Record<string, string>> = {
  count: "length",
  d: "default",
  json: "tojson",
  len: "length",
  lowercase: "lower",
  str: "string",
  strip: "trim",
  uppercase: "upper",
};

/**
 * Returns the filters and tests that fail every row, each once, in the order of the text.
 *
 * @param text text of the program, for the places
 */
export function unknownNames(text: string, { body }: Program): readonly UnknownName[] {
  const found: UnknownName[] = [];
  visit(body, (node) => {
    const name = nameOf(node);
    const message = filterFault(node, name) ?? testFault(node, name);
    if (message === undefined || found.some((each) => each.message === message)) return;
    found.push({ offset: offsetOf(text, name), message });
  });
  return found.sort((a, b) => a.offset - b.offset);
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
  } else if (value instanceof Map) {
    visit([...value].flat(), see);
  } else if (isNode(value)) {
    see(value);
    visit(Object.values(value), see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Returns the name of a node's filter or test; empty for other nodes. */
function nameOf({ filter, test, type }: Node): string {
  const name = type === "TestExpression" ? test : filter;
  if (!isNode(name)) return "";
  const { callee } = name;
  return String(isNode(callee) ? callee["value"] : name["value"]);
}

function filterFault({ type, filter }: Node, name: string): string | undefined {
  if (type !== "FilterExpression" && type !== "FilterStatement") return undefined;
  if (!allFilters.includes(name)) {
    const other = nearestMatch(name, [...allFilters, ...Object.keys(otherNames)]);
    const meant = other === undefined ? undefined : (otherNames[other] ?? other);
    return unknown("filter", { name, meant, known: allFilters });
  }
  const isCalled = isNode(filter) && filter.type === "CallExpression";
  if (isCalled) {
    if (!calledFilters.includes(name)) return `the filter \`${name}\` takes no parentheses`;
    return attributeTestFault(filter["args"], name);
  }
  return plainFilters.includes(name)
    ? undefined
    : `the filter \`${name}\` needs a value in parentheses`;
}

/**
 * Checks the test in a filter such as `selectattr("score", "equalto", 1)`, which is its second
 * argument.
 */
function attributeTestFault(given: unknown, filter: string): string | undefined {
  if (!["selectattr", "rejectattr"].includes(filter) || !Array.isArray(given)) return undefined;
  const test: unknown = given[1];
  if (!isNode(test) || test.type !== "StringLiteral") return undefined;
  return unknownTest(String(test["value"]));
}

function testFault({ type }: Node, name: string): string | undefined {
  return type === "TestExpression" ? unknownTest(name) : undefined;
}

function unknownTest(name: string): string | undefined {
  if (knownTests.includes(name)) return undefined;
  const meant = nearestMatch(name, knownTests);
  return unknown("test", { name, meant, known: knownTests });
}

function unknown(
  kind: string,
  given: {
    readonly name: string;
    readonly meant: string | undefined;
    readonly known: readonly string[];
  },
): string {
  const { name, meant, known } = given;
  const hint =
    meant === undefined
      ? `. Known: ${known.map((each) => inBackticks(each)).join(", ")}`
      : `. Did you mean ${inBackticks(meant)}?`;
  return `there is no ${kind} \`${name}\`${hint}`;
}

/** Returns the first place at which a filter or test of this name may stand. */
function offsetOf(text: string, name: string): number {
  const before = /(?:\|\s*|\bfilter\s+|\bis\s+(?:not\s+)?|["'])$/;
  for (const { index } of text.matchAll(new RegExp(`\\b${name}\\b`, "g"))) {
    if (before.test(text.slice(0, index))) return index;
  }
  return 0;
}
