import type { JSX } from "preact";
import type { LiveLine } from "../../domain/report/live-run.js";
import { formatCount, formatDollars, formatMs, formatNumber } from "../parts/format.js";

interface Column {
  readonly title: string;
  readonly textOf: (line: LiveLine) => string;
}

/** Columns without a value in any line are left out. */
const columns: readonly Column[] = [
  { title: "Done", textOf: doneText },
  { title: "Failed", textOf: ({ failed }) => countText(failed) },
  { title: "Dropped", textOf: ({ dropped }) => countText(dropped) },
  { title: "In flight", textOf: flightText },
  { title: "Waiting", textOf: ({ waiting }) => countText(waiting) },
  { title: "Calls a minute", textOf: rateText },
  { title: "Held by", textOf: ({ heldBy = "" }) => heldBy },
  { title: "Cost", textOf: costText },
  { title: "Ends in about", textOf: endText },
];

/** Table with a line per step or group of a run in progress. */
export function LiveLines({ lines }: { readonly lines: readonly LiveLine[] }): JSX.Element {
  const shown = columns.filter(({ textOf }) => lines.some((line) => textOf(line) !== ""));
  return (
    <div class="lines" role="region" aria-label="Steps and groups" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            {shown.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <th scope="row">
                {line.name} <small>{line.about === line.name ? "" : line.about}</small>
              </th>
              {shown.map(({ title, textOf }) => (
                <td key={title}>{textOf(line)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function countText(count: number): string {
  return count === 0 ? "" : formatCount(count);
}

/**
 * Returns the text for the calls in flight. They come and go, so the column stays while there are
 * calls.
 */
function flightText({ inFlight, requestsPerMinute }: LiveLine): string {
  return requestsPerMinute === undefined ? countText(inFlight) : formatCount(inFlight);
}

function doneText({ done, failed, total }: LiveLine): string {
  if (total === undefined) return formatCount(done);
  return `${formatCount(done + failed)} of ${formatCount(total)}`;
}

function rateText({ perMinute, requestsPerMinute }: LiveLine): string {
  if (requestsPerMinute === undefined) return "";
  const now = perMinute === undefined ? "" : `${formatNumber(perMinute)} of `;
  return `${now}${formatNumber(requestsPerMinute)}`;
}

function costText({ cost, unpriced = 0 }: LiveLine): string {
  if (cost === undefined) return "";
  if (unpriced === 0) return formatDollars(cost);
  return cost === 0 ? "unknown" : `at least ${formatDollars(cost)}`;
}

function endText({ endsAtMs }: LiveLine): string {
  return endsAtMs === undefined ? "" : formatMs(Math.max(0, endsAtMs - Date.now()));
}
