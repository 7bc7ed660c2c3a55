import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../../bench/lib/repository.js";
import { GroupTable } from "../../../src/domain/rates/group-table.js";
import { readRates } from "../../../src/settings/rates/read-rates.js";
import { parseRecord } from "../../../src/storage/input/parse-record.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

interface Case {
  readonly input: string;
  readonly table: object;
  readonly groups: readonly {
    readonly name: string;
    readonly rate: number;
    readonly lines: readonly number[];
  }[];
}

const fixtures = join(repository, "test/fixtures/prompto");
// Written by make_groups.py, which runs prompto's own code.
const cases = JSON.parse(readFileSync(join(fixtures, "groups.json"), "utf8")) as readonly Case[];

async function groupsOf({ input, table }: Case): Promise<Case["groups"]> {
  const path = join(temporaryFolder(), "rates.json");
  writeFileSync(path, JSON.stringify(table));
  const { rates } = await readRates(path);
  const groups = new GroupTable(
    { name: "pilot", requestsPerMinute: 50, groupRates: rates },
    (api) => api === "ollama",
  );
  const linesByGroup = new Map<string, number[]>();
  const lines = readFileSync(join(fixtures, "input", input), "utf8")
    .trimEnd()
    .split("\n");
  lines.forEach((text, index) => {
    const parsed = parseRecord(text);
    if ("problems" in parsed) throw new Error(parsed.problems.join(" "));
    const name = groups.add(parsed.record);
    linesByGroup.set(name, [...(linesByGroup.get(name) ?? []), index + 1]);
  });
  return groups.groups.map(({ name, requestsPerMinute }) => ({
    name,
    rate: requestsPerMinute,
    lines: linesByGroup.get(name) ?? [],
  }));
}

test.each(cases.map((one) => [one.input, JSON.stringify(one.table), one] as const))(
  "%s has prompto's groups, rates and order with %s",
  async (_input, _table, one) => {
    expect(await groupsOf(one)).toEqual(one.groups);
  },
);
