import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { everyRecord } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import { Choices, Menu } from "../parts/menu.js";
import { columnsOf, usualColumns } from "./columns.js";
import { ExportMenu } from "./export-menu.js";
import type { RecordsProps } from "./records-props.js";

interface ToolbarProps extends RecordsProps {
  readonly canCompare: boolean;
}

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { report, view, change, canCompare } = props;
  const { query, layout } = view;
  const choose = (changed: Partial<RecordQuery>): void =>
    change({ query: { ...query, ...changed } });
  const onlyFailed = query.statuses.length === 1 && query.statuses[0] === "failed";
  const isFiltered = JSON.stringify({ ...query, sort: everyRecord.sort }) !== unfiltered;
  return (
    <div class="toolbar" role="search" aria-label="Filter records">
      <SearchField search={query.search} onSearch={(search) => choose({ search })} />
      <button
        type="button"
        class="button"
        aria-pressed={onlyFailed}
        onClick={() => choose({ statuses: onlyFailed ? [] : ["failed"] })}
      >
        Failures only
      </button>
      <Filters {...props} choose={choose} />
      {isFiltered ? (
        <button
          type="button"
          class="link"
          onClick={() => choose({ ...everyRecord, sort: query.sort })}
        >
          Clear filters
        </button>
      ) : null}
      <span class="spread" />
      {canCompare ? (
        <button
          type="button"
          class="button"
          aria-pressed={layout === "prompts"}
          onClick={() => change({ layout: layout === "prompts" ? "table" : "prompts" })}
        >
          Models side by side
        </button>
      ) : null}
      <Menu title="Columns">
        <Choices
          title="Columns"
          names={columnsOf(report)}
          chosen={view.columns ?? usualColumns(report)}
          onChange={(columns) => change({ columns })}
        />
      </Menu>
      <ExportMenu {...props} />
    </div>
  );
}

const unfiltered = JSON.stringify(everyRecord);

interface FiltersProps extends ToolbarProps {
  readonly choose: (changed: Partial<RecordQuery>) => void;
}

function Filters({ report, view: { query }, choose }: FiltersProps): JSX.Element {
  const filters = [
    { title: "Model", key: "models", names: report.models.map(({ model }) => model) },
    { title: "Group", key: "groups", names: report.groups },
    { title: "Error", key: "errors", names: report.failures.map(({ type }) => type) },
  ] as const;
  return (
    <>
      {filters
        .filter(({ names, key }) => names.length > (key === "errors" ? 0 : 1))
        .map(({ title, key, names }) => (
          <Menu key={key} title={title} chosen={query[key].length}>
            <Choices
              title={title}
              names={names.map((name) => ({ name }))}
              chosen={query[key]}
              onChange={(chosen) => choose({ [key]: chosen })}
            />
          </Menu>
        ))}
    </>
  );
}

const typingMs = 60;

interface SearchProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** Searches while the reader types. `/` moves the focus here. */
function SearchField({ search, onSearch }: SearchProps): JSX.Element {
  const [text, setText] = useState(search);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(search);
  // A search from elsewhere replaces the text; one that was sent from here may be older than it.
  useEffect(() => {
    if (search !== sent.current) setText(search);
    sent.current = search;
  }, [search]);
  useEffect(() => {
    if (text === sent.current) return;
    const wait = setTimeout(() => {
      sent.current = text;
      onSearch(text);
    }, typingMs);
    return () => clearTimeout(wait);
  }, [text]);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <input
      id="search"
      ref={input}
      type="search"
      class="search"
      aria-label="Search prompts, answers and errors"
      placeholder="Search prompts, answers, errors"
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select");
}
