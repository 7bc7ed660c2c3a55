import type { JSX } from "preact";
import type { DiffPart } from "./word-diff.js";

interface DiffTextProps {
  readonly parts: readonly DiffPart[];
  /** Text to show. @default both texts in one */
  readonly side?: "first" | "second";
}

/** A text with marks at the words that the other text lacks. */
export function DiffText({ parts, side }: DiffTextProps): JSX.Element {
  const other = side === "first" ? "second" : "first";
  const shown = side === undefined ? parts : parts.filter((part) => part.in !== other);
  return (
    <>
      {shown.map((part, place) => {
        if (part.in === "first") return <del key={place}>{part.text}</del>;
        if (part.in === "second") return <ins key={place}>{part.text}</ins>;
        return <span key={place}>{part.text}</span>;
      })}
    </>
  );
}
