import type { JSX } from "preact";
import { everyPair, metricKey, pairFilters, pairOrders } from "../../domain/report/pair-query.js";
import type { PairFilter, PairOrder, PairQuery } from "../../domain/report/pair-query.js";
import type { PairMetric } from "../../domain/report/pair-report.js";
import { formatCount } from "../parts/format.js";
import { SearchField } from "../table/search-field.js";
import { metricTitle } from "./metric-format.js";
import type { ChangePairView } from "./pair-view-state.js";

interface ToolbarProps {
  readonly counts: Readonly<Record<PairFilter, number>>;
  readonly metrics: readonly PairMetric[];
  readonly query: PairQuery;
  readonly change: ChangePairView;
}

const filterTitles: Readonly<Record<PairFilter, string>> = {
  all: "All",
  worse: "Worse",
  better: "Better",
  changed: "Changed answers",
  "failed-in-one": "Failed in one",
};

const orderTitles: Readonly<Record<PairOrder, string>> = {
  worse: "worse first",
  better: "better first",
  input: "order of the input",
};

export function PairToolbar({ counts, metrics, query, change }: ToolbarProps): JSX.Element {
  const choose = (changed: Partial<PairQuery>): void => change({ query: { ...query, ...changed } });
  const isFiltered = query.search !== "" || query.show !== "all" || query.metric !== undefined;
  return (
    <div class="toolbar" role="search" aria-label="Filter records">
      <SearchField search={query.search} onSearch={(search) => choose({ search })} />
      {pairFilters.map((filter) => (
        <button
          key={filter}
          type="button"
          class="button"
          aria-pressed={query.show === filter}
          onClick={() => choose({ show: filter })}
        >
          {filterTitles[filter]} <span class="button-count">{formatCount(counts[filter])}</span>
        </button>
      ))}
      {isFiltered ? (
        <button
          type="button"
          class="link"
          onClick={() => change({ query: { ...everyPair, order: query.order } })}
        >
          Clear filters
        </button>
      ) : null}
      <Order metrics={metrics} query={query} choose={choose} />
    </div>
  );
}

interface OrderProps extends Pick<ToolbarProps, "metrics" | "query"> {
  readonly choose: (changed: Partial<PairQuery>) => void;
}

/** Choice of the metric that rates the pairs, and of their order. */
function Order({ metrics, query, choose }: OrderProps): JSX.Element {
  return (
    <span class="toolbar-end">
      <label class="pager">
        By{" "}
        <select
          value={query.metric ?? ""}
          onChange={({ currentTarget: { value } }) =>
            choose({ metric: value === "" ? undefined : value })
          }
        >
          <option value="">all scores and verdicts</option>
          {metrics.map((metric) => (
            <option key={metricKey(metric)} value={metricKey(metric)}>
              {metricTitle(metric)}
            </option>
          ))}
        </select>
      </label>
      <label class="pager">
        Sort{" "}
        <select
          value={query.order}
          onChange={({ currentTarget: { value } }) =>
            choose({ order: pairOrders.find((order) => order === value) ?? everyPair.order })
          }
        >
          {pairOrders.map((order) => (
            <option key={order} value={order}>
              {orderTitles[order]}
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}
