import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { App } from "../app.js";
import { Progress } from "../parts/progress.js";
import { usePoll } from "../parts/use-poll.js";
import type { RunAddress, ViewClient } from "../source/view-client.js";
import { Steer } from "./steer.js";

function missing({ name }: RunAddress): string {
  return `There is no run of ${JSON.stringify(name)} in this data folder.`;
}

interface RunPageProps {
  readonly client: ViewClient;
  readonly run: RunAddress;
}

const everyMs = 1_000;
const footer =
  "Served by ostinato view from the files of the data folder. The page runs no part of a prompt or an answer.";

/** The page of one run. It is updated while the run is in progress. */
export function RunPage({ client, run }: RunPageProps): JSX.Element {
  const { value: live, error, look } = usePoll(async () => client.live(run), everyMs);
  const onChange = useRef<() => void>(() => undefined);
  const source = useMemo(
    () => ({
      ...client.source(run),
      watch: (notify: () => void) => {
        onChange.current = notify;
        return () => (onChange.current = () => undefined);
      },
    }),
    [],
  );
  useEffect(() => onChange.current(), [live?.version]);
  const { status, progress } = live ?? {};
  return (
    <>
      <nav class="crumbs" aria-label="Pages">
        <a href="/">← All runs</a>
        {run.stamp === undefined ? null : (
          <a href={`/runs/${encodeURIComponent(run.name)}`}>Latest run of {run.name}</a>
        )}
      </nav>
      {error === undefined ? null : (
        <p class="error-box" role="alert">
          {error}
        </p>
      )}
      {live?.version === 0 ? (
        <p class="loading">{status ? "The run is being prepared …" : missing(run)}</p>
      ) : (
        <App
          source={source}
          state={status?.state}
          isReading={progress !== undefined}
          footer={footer}
        >
          {progress === undefined ? null : (
            <Progress share={progress} label="Reading the records" />
          )}
          {status ? <Steer client={client} run={run} status={status} look={look} /> : null}
        </App>
      )}
    </>
  );
}
