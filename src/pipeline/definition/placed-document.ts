/** YAML whose values know their position in the text. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Node } from "yaml";

/** Line and column, both starting at 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface PlacedDocument {
  readonly document: Document;
  readonly placeAt: (offset: number) => TextPlace;
}

export function parsePlaced(text: string): PlacedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return { document, placeAt };
}

/**
 * Returns the start of the value at a path, including its key. For a missing value, returns the
 * start of its parent.
 */
export function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0];
  for (const part of path) {
    const next = partOf(node, part);
    if (!next) break;
    offset = next.offset ?? offset;
    node = next.value;
  }
  return offset;
}

function partOf(
  node: unknown,
  part: PropertyKey,
): { readonly offset: number | undefined; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof part === "number") {
    // The items of a parsed sequence are nodes.
    const item = node.items[part] as Node | undefined;
    return item && { offset: item.range?.[0], value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  return pair && isScalar(pair.key)
    ? { offset: pair.key.range?.[0], value: pair.value }
    : undefined;
}
