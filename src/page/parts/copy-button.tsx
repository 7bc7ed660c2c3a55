import type { JSX } from "preact";
import { useState } from "preact/hooks";

interface CopyProps {
  readonly text: string;
  /** Name of the copied thing, for the label. */
  readonly name: string;
}

export function CopyButton({ text, name }: CopyProps): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <button type="button" class="small" aria-label={`Copy ${name}`} onClick={() => void copy()}>
      {copied ? "Copied" : "Copy"}
    </button>
  );
}
