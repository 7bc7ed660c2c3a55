import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { membersOf } from "../../../src/domain/json/json-members.js";
import { parseJsonText } from "../../../src/domain/json/json-text.js";
import type { JsonValue } from "../../../src/domain/json/json.js";

const folder = new URL("../../fixtures/prompto-evaluation/", import.meta.url);

/** prompto's own examples, ours in their shapes, and what prompto made of them. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

/** Gives the lines of a file anew at each call. */
export function linesOf(name: string): () => AsyncIterable<string> {
  return () => createInterface({ input: createReadStream(fixture(name)), crlfDelay: Infinity });
}

export function expected(name: string): Shape[] {
  return readFileSync(fixture(name), "utf8").trimEnd().split("\n").map(shapeOf);
}

export type Shape = readonly (readonly [key: string, value: JsonValue])[];

/** A line as its keys, in their order, and values. */
export function shapeOf(line: string): Shape {
  return [...membersOf(line)].map(([key, text]) => [key, parseJsonText(text)]);
}

export async function shapesOf(lines: AsyncIterable<string>): Promise<Shape[]> {
  const shapes: Shape[] = [];
  for await (const line of lines) shapes.push(shapeOf(line));
  return shapes;
}
