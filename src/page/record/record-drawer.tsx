import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RecordSource } from "../../domain/report/record-source.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import { CopyButton } from "../parts/copy-button.js";
import { formatDollars, formatMs } from "../parts/format.js";
import { useLoad } from "../parts/use-load.js";
import { StatusChip } from "../table/columns.js";
import { Calls } from "./calls.js";
import { Lineage } from "./lineage.js";
import { longestMarkdown, Markdown } from "./markdown.js";
import { Verdicts } from "./verdicts.js";

interface DrawerProps {
  readonly source: RecordSource;
  readonly version: number;
  readonly index: number;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  readonly onClose: () => void;
}

/** The whole record, over the page. Escape closes it; the arrow keys go to the next one. */
export function RecordDrawer(props: DrawerProps): JSX.Element {
  const { source, version, index, onPrevious, onNext, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const record = useLoad(async () => source.record(index), `${version} ${index}`);
  useEffect(() => dialog.current?.showModal(), []);
  const move = ({ key, target }: KeyboardEvent): void => {
    if (target instanceof Element && target.matches("pre")) return;
    if (key === "ArrowLeft") onPrevious?.();
    if (key === "ArrowRight") onNext?.();
  };
  return (
    <dialog
      class="drawer"
      ref={dialog}
      aria-labelledby="record-title"
      onClose={onClose}
      onKeyDown={move}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <div class="drawer-body">
        <div class="drawer-head">
          <h2 id="record-title">
            {record.state === "failed" ? "Record" : (record.value?.id ?? "…")}
          </h2>
          {record.state !== "failed" && record.value ? (
            <StatusChip status={record.value.status} />
          ) : null}
          <span class="spread" />
          <button type="button" class="button" disabled={!onPrevious} onClick={onPrevious}>
            ← Previous
          </button>
          <button type="button" class="button" disabled={!onNext} onClick={onNext}>
            Next →
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
        {record.state === "failed" ? <p class="error-text">{record.message}</p> : null}
        {record.state !== "failed" && record.value ? <RecordBody record={record.value} /> : null}
      </div>
    </dialog>
  );
}

function RecordBody({ record }: { readonly record: ReportRecord }): JSX.Element {
  const { prompt, messages, answer, error, calls, verdicts, lineage, line } = record;
  return (
    <>
      <Facts record={record} />
      <section>
        <h3>Prompt</h3>
        {messages ? (
          messages.map(({ role, text }, place) => (
            <div
              key={place}
              class={`message role-${role === "assistant" || role === "model" ? "model" : "person"}`}
            >
              <p class="role">{role}</p>
              <pre tabIndex={0}>{text}</pre>
            </div>
          ))
        ) : (
          <pre tabIndex={0}>{prompt}</pre>
        )}
      </section>
      {error ? (
        <section>
          <h3>Error</h3>
          <p class="error-box">
            <b>{error.type}</b> {error.message}
          </p>
        </section>
      ) : null}
      {answer === "" ? null : <Answer answer={answer} />}
      {calls.length === 0 ? null : <Calls calls={calls} />}
      {verdicts.length === 0 ? null : <Verdicts verdicts={verdicts} />}
      {lineage.length === 0 ? null : <Lineage lineage={lineage} />}
      <details>
        <summary>Line of the completed file</summary>
        <pre tabIndex={0}>{JSON.stringify(line, undefined, 2)}</pre>
      </details>
    </>
  );
}

function Answer({ answer }: { readonly answer: string }): JSX.Element {
  const canRender = answer.length <= longestMarkdown;
  const [isSource, setIsSource] = useState(false);
  return (
    <section>
      <div class="head-row">
        <h3>Answer</h3>
        {canRender ? (
          <button
            type="button"
            class="button small"
            aria-pressed={isSource}
            onClick={() => setIsSource(!isSource)}
          >
            As text
          </button>
        ) : null}
        <CopyButton text={answer} name="answer" />
      </div>
      {isSource || !canRender ? (
        <pre class="answer-text" tabIndex={0}>
          {answer}
        </pre>
      ) : (
        <Markdown text={answer} />
      )}
    </section>
  );
}

function Facts({ record }: { readonly record: ReportRecord }): JSX.Element {
  const { model, group, latencyMs, attempts, inputTokens, outputTokens, cost, values } = record;
  const facts = [
    ["Model", model],
    ["Group", group],
    ["Latency", latencyMs === undefined ? undefined : formatMs(latencyMs)],
    ["Calls", attempts],
    [
      "Tokens",
      inputTokens === undefined ? undefined : `${inputTokens} in, ${outputTokens ?? 0} out`,
    ],
    ["Cost", cost === undefined ? undefined : formatDollars(cost)],
    ...Object.entries(values),
  ] as const;
  return (
    <dl class="facts strip">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
