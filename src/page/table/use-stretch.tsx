import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatCount } from "../parts/format.js";
import type { ListWindow } from "./use-window.js";

/**
 * Maximum height of a stretch. A browser draws elements up to about 33 million pixels, and a zoom
 * multiplies the height.
 */
const mostPixels = 11_500_000;
const roundRows = 50_000;

interface Stretch<Item> {
  /** Position in the whole list of the first row of the stretch. */
  readonly stretch: number;
  readonly rows: ListWindow<Item>;
  /** Choice of another stretch. `null` for a list that fits. */
  readonly pager: JSX.Element | null;
}

/** Cuts a very long list into stretches that a scroll bar can reach. */
export function useStretch<Item>(all: ListWindow<Item>, rowHeight: number): Stretch<Item> {
  const { matched } = all;
  const stretchRows = Math.floor(mostPixels / rowHeight / roundRows) * roundRows;
  const [number, setNumber] = useState(0);
  const count = Math.max(1, Math.ceil(matched / stretchRows));
  useEffect(() => {
    if (number >= count) setNumber(0);
  }, [number, count]);
  const stretch = Math.min(number, count - 1) * stretchRows;
  const length = Math.min(stretchRows, matched - stretch);
  const rows = { ...all, matched: length, at: (position: number) => all.at(stretch + position) };
  const pager =
    count === 1 ? null : (
      <label class="pager">
        Records{" "}
        <select
          value={number}
          onChange={({ currentTarget: { value } }) => setNumber(Number(value))}
        >
          {Array.from({ length: count }, (_, place) => (
            <option key={place} value={place}>
              {formatCount(place * stretchRows + 1)} to{" "}
              {formatCount(Math.min(matched, (place + 1) * stretchRows))}
            </option>
          ))}
        </select>
      </label>
    );
  return { stretch, rows, pager };
}
