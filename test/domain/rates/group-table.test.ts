import { describe, expect, test } from "vitest";
import type { PlannedGroup } from "../../../src/domain/rates/group-table.js";
import { GroupTable } from "../../../src/domain/rates/group-table.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import type { NamedRates } from "../../../src/domain/rates/rates.js";
import { UserError } from "../../../src/domain/failure/user-error.js";

const settings = { name: "pilot", requestsPerMinute: 10 };

function record(given: Partial<PromptRecord> = {}): PromptRecord {
  return { api: "openai", model_name: "gpt-4o", prompt: "Hello", ...given };
}

function groupsOf(
  records: readonly PromptRecord[],
  groupRates?: readonly NamedRates[],
): readonly PlannedGroup[] {
  const table = new GroupTable({ ...settings, ...(groupRates && { groupRates }) });
  for (const one of records) table.add(one);
  return table.groups;
}

function keysOf(records: readonly PromptRecord[], rates?: readonly NamedRates[]): string[] {
  return groupsOf(records, rates).map(({ name, limitKey }) => `${name} ${limitKey}`);
}

const modelRates = [{ name: "openai", models: [{ model: "gpt-4o", rates: {} }] }];

describe("the limit of a group", () => {
  test("of records of one API and model is that model's, else the experiment's own", () => {
    const other = record({ model_name: "gpt-4" });
    expect(keysOf([record(), record()])).toEqual(["all api/openai/gpt-4o"]);
    expect(keysOf([record(), other])).toEqual(["all experiment/pilot"]);
  });

  test.each([
    { what: "an API", records: [record()], rates: [], expected: "openai api/openai" },
    {
      what: "a group of the user's",
      records: [record({ group: "near" })],
      rates: [],
      expected: "near group/near",
    },
    {
      what: "a model with a rate of its own",
      records: [record()],
      rates: modelRates,
      expected: "openai-gpt-4o api/openai/gpt-4o",
    },
    {
      what: "a group called like an API",
      records: [record(), record({ group: "openai" })],
      rates: [],
      expected: "openai group/openai",
    },
    {
      what: "a group called like an API and its model",
      records: [record(), record({ api: "test", group: "openai-gpt-4o" })],
      rates: modelRates,
      expected: "openai-gpt-4o group/openai-gpt-4o",
    },
    {
      what: "a model within a group of the user's",
      records: [record({ group: "near" })],
      rates: [{ name: "near", models: [{ model: "gpt-4o", rates: {} }] }],
      expected: "near-gpt-4o group/near-gpt-4o",
    },
  ])("of $what", ({ records, rates, expected }) => {
    expect(keysOf(records, rates)).toContain(expected);
  });
});

describe("the groups of an experiment", () => {
  test("count records and the calls of their chats", () => {
    const chat = record({ prompt: ["One", "Two", "Three"] });
    expect(groupsOf([record(), chat], [])).toEqual([
      {
        name: "openai",
        limitKey: "api/openai",
        records: 2,
        calls: 4,
        requestsPerMinute: 10,
      },
    ]);
  });

  test("have what the table doesn't say of them from the experiment", () => {
    const requestsPerDay = { requests: 500, resetHour: 0, timeZone: "UTC" };
    const own = { inFlight: 7, tokensPerMinute: 50_000, requestsPerDay };
    const table = new GroupTable({
      ...settings,
      ...own,
      groupRates: [{ name: "openai", rates: { tokensPerMinute: 90_000 } }],
    });
    table.add(record());
    table.add(record({ group: "near" }));
    expect(table.groups).toMatchObject([
      { name: "openai", requestsPerMinute: 10, ...own, tokensPerMinute: 90_000 },
      { name: "near", requestsPerMinute: 10, ...own },
    ]);
  });

  test.each([
    [null, "openai"],
    ["", "openai"],
    [7, "7"],
    [true, "true"],
    ["near", "near"],
  ])("by `group` %j are called %s", (group, name) => {
    expect(groupsOf([record({ group })], [])).toMatchObject([{ name }]);
  });

  test("can't be made of lists and objects, which an experiment without groups passes over", () => {
    const grouped = new GroupTable({ ...settings, groupRates: [] });
    const single = new GroupTable(settings);
    expect(grouped.problemsOf(record({ group: ["a"] }))).toEqual([
      "Expected `group` to be a text or a number, got a list.",
    ]);
    expect(grouped.problemsOf(record({ group: "a" }))).toEqual([]);
    expect(single.problemsOf(record({ group: { a: 1 } }))).toEqual([]);
  });

  test("are 1,000 at most, not counting those that no record is of", () => {
    const unused = [{ name: "unused", rates: {} }];
    const records = Array.from({ length: 1001 }, (_, group) => record({ group }));
    expect(groupsOf(records.slice(0, 1000), unused)).toHaveLength(1001);
    expect(() => groupsOf(records)).not.toThrow();
    expect(() => groupsOf(records, [])).toThrow(UserError);
  });
});
