import fc from "fast-check";
import { expect, it } from "vitest";
import type { AddStep, Edge, Graph, Row, Step } from "../../../../src/domain/graph/graph.js";
import { levelBehind, levelsOf } from "../../../../src/domain/graph/levels.js";
import { walkRow } from "../../../../src/domain/graph/walk/walk-row.js";
import { RowError } from "../../../../src/domain/graph/walk/step-value.js";
import { WalkPlan } from "../../../../src/domain/graph/walk/walk-plan.js";
import type { WalkHost, WalkResult } from "../../../../src/domain/graph/walk/walk.js";
import { sampleRoute } from "../../../../src/domain/graph/sample-route.js";
import { JournalKeys } from "../../../../src/domain/journal/journal-key.js";
import type { KeyParts } from "../../../../src/domain/journal/journal-key.js";
import { add } from "../graphs.js";

/** Kinds of the steps behind the source, and which of the steps before they follow. */
const plans = fc.array(
  fc.record({
    kind: fc.constantFrom("add", "many", "expand", "collect", "filter", "group", "combine", "keep"),
    before: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 3 }),
    isRouted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 11 },
);

interface Plan {
  readonly kind: string;
  readonly before: readonly number[];
  readonly isRouted: boolean;
}

const router = { kind: "own", use: "r" } as const;

/**
 * A graph that the check would let pass: joins are of one level, collects have something to
 * collect.
 */
function graphOfPlan(given: readonly Plan[]): Graph {
  let graph: Graph = {
    name: "random",
    steps: [{ kind: "source", name: "s0", columns: ["list"] }],
    edges: [],
  };
  for (const plan of given) graph = withStep(graph, plan);
  return graph;
}

function withStep(graph: Graph, { kind, before, isRouted }: Plan): Graph {
  const name = `s${graph.steps.length}`;
  const levels = levelsOf(graph).of;
  const behind = (step: Step): string => levelBehind(step, levels.get(step.name) ?? []).join("/");
  const [first, ...others] = before.flatMap((at) => graph.steps[at % graph.steps.length] ?? []);
  if (!first) return graph;
  const canCollect = behind(first) !== "";
  const step = stepOf(name, kind === "collect" && !canCollect ? "add" : kind);
  const joins = step.kind === "group" || step.kind === "combine" ? others : [];
  const from = [first, ...joins.filter((other) => behind(other) === behind(first))];
  const edges = [...new Set(from.map((each) => each.name))].map((each): Edge => ({
    from: each,
    to: name,
  }));
  const routed = isRouted && step.kind !== "collect" ? { ...step, router } : step;
  return { ...graph, steps: [...graph.steps, routed], edges: [...graph.edges, ...edges] };
}

function stepOf(name: string, kind: string): Step {
  switch (kind) {
    case "many":
      return add(name, { many: true, writes: ["list"] });
    case "expand":
      return { kind: "expand", name, columns: { list: "item" } };
    case "collect":
      return { kind: "collect", name, columns: { list: `all_${name}` } };
    case "filter":
      return { kind: "filter", name, where: "", reads: [] };
    case "group":
      return { kind: "group", name, columns: { list: `lists_${name}` } };
    case "combine":
      return { kind: "combine", name };
    case "keep":
      return { kind: "merge", name, columns: ["list"], output: "list" };
    default:
      return add(name, { writes: ["list", name] });
  }
}

type Journal = Map<string, unknown>;

/**
 * Answers by the key of the call alone, after a number of turns of the event loop, until a number
 * of answers has been given.
 */
class CrashingHost implements WalkHost {
  readonly asked = new Map<string, number>();
  readonly inFlight = new Set<string>();
  readonly #journal: Journal;
  readonly #keys = new JournalKeys();
  readonly #delays: readonly number[];
  #left: number;
  crashed!: () => void;
  readonly crash = new Promise<void>((resolve) => {
    this.crashed = resolve;
  });

  constructor(journal: Journal, delays: readonly number[], answers: number) {
    this.#journal = journal;
    this.#delays = delays;
    this.#left = answers;
  }

  /** Makes two equal calls, which only their order tells apart. */
  add: WalkHost["add"] = async (step, row, { path }) => {
    const ask = async (): Promise<number> =>
      this.#answer({ step: step.name, path }, (random) => {
        if (random % 13 === 0) throw new RowError("Wrong", "no luck");
        return random;
      });
    const asked = await Promise.allSettled([ask(), ask()]);
    const [first, second] = asked.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
    return this.#rowsOf(step, row, (first ?? 0) + 2 * (second ?? 0));
  };

  #rowsOf({ name, many = false }: AddStep, row: Row, random: number): readonly Row[] {
    const of = (index: number): Row => ({
      list: Array.from({ length: (random + index) % 3 }, (_, item) => item),
      ...(!many && { [name]: JSON.stringify(row).length }),
    });
    return many ? Array.from({ length: random % 3 }, (_, index) => of(index)) : [of(0)];
  }

  holds: WalkHost["holds"] = async (step, row) =>
    (step.name.length + JSON.stringify(row).length) % 3 !== 0;

  route: WalkHost["route"] = async (step, _, { path }) =>
    this.#answer({ step: step.name, path, digest: "route" }, () => {
      const names = Array.from({ length: 12 }, (__, index) => `s${index}`);
      const behind = this.successors(step.name).filter((name) => names.includes(name));
      return sampleRoute({ n: 1, seed: 5 }, `${step.name}${path}`, behind);
    });

  successors: (step: string) => readonly string[] = () => [];

  /** All calls of a step are equal, as if all rows had the same prompt. */
  async #answer<Value>(
    { digest = "call", ...place }: Omit<KeyParts, "digest"> & { readonly digest?: string },
    answerOf: (random: number) => Value,
  ): Promise<Value> {
    const key = this.#keys.next({ ...place, digest });
    // The journal has the answer under this key.
    if (this.#journal.has(key)) return settle(this.#journal.get(key) as Answered<Value>);
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
    this.inFlight.add(key);
    const random = sampleOf(key);
    const turns = this.#delays[random % this.#delays.length] ?? 0;
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    if (this.#left <= 0) {
      this.crashed();
      return new Promise(() => undefined);
    }
    this.#left -= 1;
    const answered = tryOf(() => answerOf(random));
    this.#journal.set(key, answered);
    this.inFlight.delete(key);
    return settle(answered);
  }
}

/** A number that depends on the text alone. */
function sampleOf(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
}

type Answered<Value> = { readonly value: Value } | { readonly error: unknown };

function tryOf<Value>(answer: () => Value): Answered<Value> {
  try {
    return { value: answer() };
  } catch (error) {
    return { error };
  }
}

function settle<Value>(answered: Answered<Value>): Value {
  if ("error" in answered) throw answered.error;
  return answered.value;
}

const row = { list: [1, 2] };

async function walked(graph: Graph, host: CrashingHost): Promise<WalkResult | "crashed"> {
  const plan = new WalkPlan(graph);
  host.successors = (step) => plan.behind(step);
  return Promise.race([
    walkRow(plan, { s0: row }, host),
    host.crash.then(() => "crashed" as const),
  ]);
}

it("a walk that is crashed at any of its answers ends as one that was not, and repeats only what was in flight", async () => {
  const delays = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 8 });
  const crashes = fc.array(fc.nat({ max: 9 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(plans, delays, crashes, async (plan, waits, answers) => {
      const graph = graphOfPlan(plan);
      const calm = await walked(graph, new CrashingHost(new Map(), [0], Number.POSITIVE_INFINITY));
      const journal: Journal = new Map();
      const asked = new Map<string, number>();
      const lost = new Map<string, number>();
      for (const given of [...answers, Number.POSITIVE_INFINITY]) {
        const host = new CrashingHost(journal, waits, given);
        const result = await walked(graph, host);
        for (const [key, times] of host.asked) asked.set(key, (asked.get(key) ?? 0) + times);
        for (const key of host.inFlight) lost.set(key, (lost.get(key) ?? 0) + 1);
        if (given === Number.POSITIVE_INFINITY) expect(result).toEqual(calm);
      }
      for (const [key, times] of asked) expect(times).toBe(1 + (lost.get(key) ?? 0));
    }),
    { numRuns: 500 },
  );
});
