import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RecordSource } from "../../domain/report/record-source.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import { FactStrip } from "../parts/facts.js";
import { CopyButton } from "../parts/copy-button.js";
import { Drawer } from "../parts/drawer.js";
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

/** Dialog with the whole record, over the page. */
export function RecordDrawer(props: DrawerProps): JSX.Element {
  const { source, version, index, ...moves } = props;
  const record = useLoad(async () => source.record(index), `${version} ${index}`);
  const value = record.state === "failed" ? undefined : record.value;
  return (
    <Drawer
      title={record.state === "failed" ? "Record" : (value?.id ?? "…")}
      chip={value ? <StatusChip status={value.status} /> : null}
      error={record.state === "failed" ? record.message : undefined}
      {...moves}
    >
      {value ? <RecordBody record={value} /> : null}
    </Drawer>
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
  return <FactStrip facts={facts} />;
}
