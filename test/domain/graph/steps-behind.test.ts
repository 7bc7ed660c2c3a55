import { expect, test } from "vitest";
import { stepsBehind } from "../../../src/domain/graph/steps-behind.js";

const edges = [
  { from: "load", to: "a" },
  { from: "load", to: "b" },
  { from: "a", to: "both" },
  { from: "b", to: "both" },
  { from: "both", to: "last" },
];

test("the steps behind others are found over all edges", () => {
  expect([...stepsBehind(edges, ["a"])]).toEqual(["both", "last"]);
  expect([...stepsBehind(edges, ["load"])].sort()).toEqual(["a", "b", "both", "last"]);
  expect([...stepsBehind(edges, ["last", "none"])]).toEqual([]);
});

test("a cycle, which the check of a pipeline finds, ends the search too", () => {
  const cycle = [
    { from: "a", to: "b" },
    { from: "b", to: "a" },
  ];
  expect([...stepsBehind(cycle, ["a"])].sort()).toEqual(["a", "b"]);
});
