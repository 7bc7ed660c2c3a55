import type { JSX } from "preact";
import type { PairChange } from "../../domain/report/pair-change.js";

const names: Readonly<Record<PairChange, string>> = {
  "newly-failed": "newly failed",
  worse: "worse",
  changed: "changed",
  better: "better",
  recovered: "recovered",
  same: "same",
};

const tones: Readonly<Record<PairChange, string>> = {
  "newly-failed": "state-failed",
  worse: "state-failed",
  changed: "",
  better: "state-finished",
  recovered: "state-finished",
  same: "tone-same",
};

export function ChangeChip({ change }: { readonly change: PairChange }): JSX.Element {
  return <span class={`chip small ${tones[change]}`}>{names[change]}</span>;
}
