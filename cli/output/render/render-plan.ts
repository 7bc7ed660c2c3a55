import type { CheckedExperiment } from "../../../src/client/start/check-experiment.js";
import { expectedMs, expectedMsOfAll } from "../../../src/domain/rates/expected-time.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { ratesText } from "../format/rates.js";
import { renderTable } from "../terminal/table.js";

type Plan = Pick<CheckedExperiment, "name" | "groups">;

/** The plan before sending, one line per group. */
export function renderPlan({ name, groups }: Plan): string {
  const head = ["group", "limit", "records", "rate", "expected"];
  const rows = groups.map((group) => [
    group.name,
    group.records === 0 ? "-" : group.limitKey,
    formatCount(group.records),
    ratesText(group),
    group.records === 0 ? "-" : formatDuration(expectedMs(group)),
  ]);
  const records = groups.reduce((sum, group) => sum + group.records, 0);
  const sent = groups.filter((group) => group.records > 0).length;
  const inAll = `${name}: ${formatCountOf(records, "record")} in ${formatCountOf(sent, "group")}`;
  return `${renderTable(head, rows)}\n${inAll}, ${formatDuration(expectedMsOfAll(groups))} expected.`;
}

/** The plan for programs. */
export function planJson({ name, groups }: Plan): object {
  return {
    type: "plan",
    name,
    groups: groups.map((group) => ({ ...group, expectedMs: expectedMs(group) })),
    expectedMs: expectedMsOfAll(groups),
  };
}
