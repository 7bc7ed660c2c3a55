import { computed } from "../computed.js";
import type { ExperimentSettings } from "../experiment/experiment.js";
import {
  keyOfApi,
  keyOfExperiment,
  keyOfGroup,
  keyOfRecord,
  keyOfTarget,
  sharedKey,
} from "../limit/limit-key.js";
import { FirstPlaces } from "./first-places.js";
import type { SortsByModel } from "./first-places.js";
import type { PromptRecord } from "../record/prompt-record.js";
import { targetOf, turnCount } from "../record/prompt-record.js";
import { ratesOf } from "./rates.js";
import type { GivenRates, GroupRates, NamedRates } from "./rates.js";
import { UserError } from "../failure/user-error.js";

/** A planned group: its numbers of records and calls, and its rates. */
export interface PlannedGroup extends GroupRates {
  /** Name of the group; `all` in an experiment without groups. */
  readonly name: string;
  /** Key of the limit, e.g. `api/openai/gpt-4o`. */
  readonly limitKey: string;
  /** 0 if no record belongs to a group of the rate table. */
  readonly records: number;
  /** Number of calls without retries. A chat has one call per turn. */
  readonly calls: number;
}

type GroupingSettings = GroupRates & Pick<ExperimentSettings, "name" | "groupRates">;

interface Group {
  records: number;
  calls: number;
  /** The limit keys that its records would have individually. */
  readonly keys: Set<string>;
  /** The group's entry in the rate table. */
  readonly named?: { readonly rates: GivenRates; readonly key: string };
}

const single = "all";
const theOthers = "default";
// Each is a child workflow, and a server allows at most 2,000 per parent.
const mostGroups = 1_000;

/**
 * Groups records by prompto's rules (its `Experiment.group_prompts`). The groups of the rate table
 * come first, in its order, then those of the records, by `group` or otherwise by `api`. A model
 * with an entry under that group or API has its own group, `<group or api>-<model>`. Groups with
 * the same name are one group.
 *
 * Without a rate table (`groupRates`), all records are in one group.
 */
export class GroupTable {
  readonly #settings: GroupingSettings;
  readonly #namedModels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #groups = new Map<string, Group>();
  readonly #order: FirstPlaces;
  readonly #modelsByBase = new Map<string, Set<string>>();
  #filled = 0;

  constructor(settings: GroupingSettings, sortsByModel: SortsByModel = () => false) {
    this.#settings = settings;
    this.#order = new FirstPlaces(sortsByModel);
    const entries = settings.groupRates ?? [];
    this.#namedModels = new Map(
      entries.map(({ name, models = [] }) => [name, new Set(models.map(({ model }) => model))]),
    );
    for (const group of entries.flatMap(namedGroups)) {
      this.#groups.set(group.name, { ...emptyGroup(), named: group });
    }
  }

  /** Problems that prevent a record's grouping, one sentence each. */
  problemsOf({ group }: PromptRecord): readonly string[] {
    if (!this.#settings.groupRates || typeof group !== "object" || group === null) return [];
    const got = Array.isArray(group) ? "a list" : "an object";
    return [`Expected \`group\` to be a text or a number, got ${got}.`];
  }

  /**
   * Counts a record, in the order of the input, and returns its group's name. Throws a `UserError`
   * for too many groups.
   */
  add(record: PromptRecord): string {
    if (!this.#settings.groupRates)
      return this.#count(record, single, keyOfTarget(targetOf(record)));
    const own = groupOf(record);
    const base = own ?? record.api;
    const model = this.#namedModel(base, record.model_name);
    const name = model === undefined ? base : `${base}-${model}`;
    if (!this.#groups.has(base)) this.#groups.set(base, emptyGroup());
    this.#order.add(record, [base, name]);
    const isNamed = own !== undefined;
    const key = keyOfRecord({ api: record.api, model, group: name, isNamed });
    return this.#count(record, name, key);
  }

  /** Groups in the order of prompto's table, including groups without records. */
  get groups(): readonly PlannedGroup[] {
    const named = [...this.#groups].filter(([, group]) => group.named).map(([name]) => name);
    const names = this.#settings.groupRates
      ? [...new Set([...named, ...this.#order.inOrder()])]
      : [...this.#groups.keys()];
    return names.map((name) => this.#planOf(name, this.#groups.get(name) ?? emptyGroup()));
  }

  /**
   * Models by base: each `group` or `api` that is a base of groups, with the models of its records.
   */
  get modelsByBase(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#modelsByBase;
  }

  /** Returns the record's model, if the table has an entry for it under that group or API. */
  #namedModel(base: string, model: string | undefined): string | undefined {
    const models = computed(this.#modelsByBase, base, () => new Set<string>());
    if (model === undefined) return undefined;
    models.add(model);
    return this.#namedModels.get(base)?.has(model) === true ? model : undefined;
  }

  #count(record: PromptRecord, name: string, key: string): string {
    const group = computed(this.#groups, name, () => emptyGroup());
    if (group.records === 0) this.#filled += 1;
    if (this.#filled > mostGroups) throw tooManyGroups();
    group.records += 1;
    group.calls += turnCount(record.prompt);
    group.keys.add(key);
    return name;
  }

  #planOf(name: string, { records, calls, keys, named }: Group): PlannedGroup {
    const { groupRates } = this.#settings;
    // Records that different rules put into one group have no API limit in common.
    const several = groupRates ? keyOfGroup(name) : keyOfExperiment(this.#settings.name);
    return {
      name,
      limitKey: sharedKey(keys, { none: named?.key ?? keyOfApi(name), several }),
      records,
      calls,
      ...ratesOf(this.#settings),
      ...named?.rates,
    };
  }
}

/** Returns the record's group. An empty `group` counts as absent, like an empty cell of a table. */
function groupOf({ group }: PromptRecord): string | undefined {
  if (group === undefined || group === null || group === "") return undefined;
  return typeof group === "string" ? group : JSON.stringify(group);
}

function emptyGroup(): Group {
  return { records: 0, calls: 0, keys: new Set() };
}

interface NamedGroup {
  readonly name: string;
  readonly rates: GivenRates;
  /** Key of the limit, unless the records show that the user named this group. */
  readonly key: string;
}

function namedGroups({ name, rates, models = [] }: NamedRates): readonly NamedGroup[] {
  const own = rates ? [{ name, rates, key: keyOfApi(name) }] : [];
  const ofModels = models.map((of) =>
    of.model === theOthers
      ? { name, rates: of.rates, key: keyOfApi(name) }
      : { name: `${name}-${of.model}`, rates: of.rates, key: keyOfApi(name, of.model) },
  );
  return [...own, ...ofModels];
}

function tooManyGroups(): UserError {
  return new UserError(
    `Expected at most ${mostGroups} groups, got more. ` +
      "Give records that are paced together the same `group`, or leave `--parallel` out.",
  );
}
