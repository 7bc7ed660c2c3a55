import { expect, it } from "vitest";
import type { Step } from "../../../src/domain/graph/graph.js";
import { segmentsOf } from "../../../src/domain/graph/segments.js";
import { add, graphOf, load } from "./graphs.js";

const global = (name: string): Step => ({ kind: "global", name, use: name, reads: [], writes: [] });

it("a global step cuts a pipeline; what does not wait for it is before the cut", () => {
  const steps = [load, add("a"), global("all"), add("b"), add("beside"), global("last")];
  const graph = graphOf(steps, "load >> a >> all >> b >> last", "a >> beside");
  const named = segmentsOf(graph).map(({ steps: walked, cuts }) => [
    walked.map(({ name }) => name),
    cuts.map(({ name }) => name),
  ]);
  expect(named).toEqual([
    [["load", "a", "beside"], ["all"]],
    [["b"], ["last"]],
  ]);
});
