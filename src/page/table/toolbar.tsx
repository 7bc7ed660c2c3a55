import type { JSX } from "preact";
import { everyRecord } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import { Choices, Menu } from "../parts/menu.js";
import { columnsOf, modelsOfRows, usualColumns } from "./columns.js";
import { ExportMenu } from "./export-menu.js";
import type { RecordsProps } from "./records-props.js";
import { SearchField } from "./search-field.js";

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
          {modelsOfRows(report).length > 1 ? "Models" : "Groups"} side by side
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
    { title: "Model", key: "models", names: modelsOfRows(report) },
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
