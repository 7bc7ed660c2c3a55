import { expect, test } from "vitest";
import { renderPreviewRow } from "../../../../cli/output/render/render-preview-row.js";

test("a row that came to no leaf is named with the steps that dropped it", () => {
  const line =
    '{"topic":"heat","status":"completed","leaves":[],"dropped":{"accepted":1,"good":2}}';
  expect(renderPreviewRow(line, 2)).toBe(
    "row 2\n  dropped by accepted: 1 row\n  dropped by good: 2 rows\n",
  );
});

test("a row at a leaf shows its columns, and the children that were dropped", () => {
  const leaves = '[{"leaf":"good","path":"/0","row":{"a":"x\\ny","n":1}}]';
  expect(renderPreviewRow(`{"leaves":${leaves},"dropped":{"good":1}}`, 1)).toBe(
    "good/0\n  a: x\n    y\n  n: 1\n  dropped by good: 1 row\n",
  );
});
