import { expect, test } from "vitest";
import { stepTable } from "../../../workflows/group/step-table.js";

test("the steps of a pipeline are a table in Markdown", () => {
  const steps = {
    ask: { done: 5, failed: 1, dropped: 0 },
    good: { done: 4, failed: 0, dropped: 1 },
  };
  expect(stepTable(steps)).toBe(`| step | done | failed | dropped |
| --- | --- | --- | --- |
| ask | 5 | 1 | 0 |
| good | 4 | 0 | 1 |`);
});
