import type { JSX } from "preact";
import type { ListedRun } from "../../domain/report/live-run.js";
import { formatCount, formatDollars, formatMs, formatShare, formatTime } from "../parts/format.js";
import { usePoll } from "../parts/use-poll.js";
import type { ViewClient } from "../source/view-client.js";
import { Mark } from "../summary/mark.js";
import { WatchStrip } from "./watch-strip.js";

const everyMs = 3_000;

/** All runs of the data folder. */
export function RunListPage({ client }: { readonly client: ViewClient }): JSX.Element {
  const { value: list, error } = usePoll(client.runs, everyMs);
  return (
    <>
      <header class="header">
        <p class="brand">
          <Mark /> Ostinato
        </p>
        <div class="title">
          <h1>Runs</h1>
        </div>
        <p class="when">{list?.dataFolder}</p>
      </header>
      <main>
        {error === undefined ? null : (
          <p class="error-box" role="alert">
            {error}
          </p>
        )}
        {list?.notices.map((notice) => (
          <p key={notice} class="notice">
            {notice}
          </p>
        ))}
        {list?.watch ? <WatchStrip watch={list.watch} /> : null}
        {list === undefined && error === undefined ? <p class="loading">Reading …</p> : null}
        {list?.runs.length === 0 ? (
          <p class="nothing">
            There are no runs in this data folder yet. Start one with <code>ostinato run FILE</code>
            .
          </p>
        ) : null}
        {list && list.runs.length > 0 ? <Runs runs={list.runs} /> : null}
      </main>
    </>
  );
}

function Runs({ runs }: { readonly runs: readonly ListedRun[] }): JSX.Element {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Records</th>
          <th scope="col">Cost</th>
          <th scope="col">Started</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Run key={`${run.name} ${run.stamp ?? ""} ${run.startedAt}`} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function Run({ run }: { readonly run: ListedRun }): JSX.Element {
  const { name, stamp, latest, state, startedAt, finishedAt, cost } = run;
  const page = `/runs/${encodeURIComponent(name)}`;
  const ownPage = latest || stamp === undefined ? page : `${page}/${encodeURIComponent(stamp)}`;
  return (
    <tr>
      <th scope="row">
        <a href={ownPage}>{name}</a>
      </th>
      <td>
        <span class={`chip small state-${state}`}>
          {state === "unknown" ? "not finished" : state}
        </span>
      </td>
      <td>
        <Counts run={run} />
      </td>
      <td>{cost === undefined ? "" : formatDollars(cost)}</td>
      <td>{formatTime(startedAt)}</td>
      <td>{finishedAt === undefined ? "" : formatMs(finishedAt - startedAt)}</td>
    </tr>
  );
}

function Counts({ run }: { readonly run: ListedRun }): JSX.Element | null {
  const { records, completed = 0, failed = 0 } = run;
  if (records === undefined) return null;
  // Global steps of a pipeline add new rows.
  const all = Math.max(records, completed + failed);
  const parts = [
    { name: "part-completed", share: completed },
    { name: "part-failed", share: failed },
    { name: "", share: all - completed - failed },
  ];
  const failures = failed === 0 ? "" : `, ${formatCount(failed)} failed`;
  return (
    <>
      <span>
        {formatCount(completed)} of {formatCount(all)} ({formatShare(completed, all)}){failures}
      </span>
      <span class="bar" aria-hidden="true">
        {parts
          .filter(({ share }) => share > 0)
          .map(({ name, share }) => (
            <span key={name} class={name} style={{ flexGrow: share }} />
          ))}
      </span>
    </>
  );
}
