import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { renderTable } from "../../../../cli/output/terminal/table.js";

const head = ["model", "limit", "calls", "failed", "cost", "note"];
const rows = [
  ["anthropic/claude-sonnet-4-5-20250929", "api/anthropic", "2,000", "0", "$1.20–$3.40", "late"],
  ["openai/gpt-4o", "api/openai/gpt-4o", "2,000", "0", "$0.80–$1.10", "in time"],
];

function at(width: number): readonly string[] {
  const fit = { width, optional: ["limit"], expendable: ["calls"] };
  return renderTable(head, rows, fit).split("\n");
}

describe("a table that is too wide", () => {
  test("loses columns without content, then optional ones", () => {
    expect(at(120)[0]).toMatch(/^MODEL +LIMIT +CALLS +FAILED +COST +NOTE$/);
    expect(at(85)[0]).toMatch(/^MODEL +LIMIT +CALLS +COST +NOTE$/);
    expect(at(70)[0]).toMatch(/^MODEL +CALLS +COST +NOTE$/);
  });

  test("gives the first column a line of its own, then loses expendable columns", () => {
    expect(at(40)).toEqual([
      "MODEL",
      "  CALLS  COST         NOTE",
      "anthropic/claude-sonnet-4-5-20250929",
      "  2,000  $1.20–$3.40  late",
      "openai/gpt-4o",
      "  2,000  $0.80–$1.10  in time",
    ]);
    expect(at(22).filter((_, line) => line % 2 === 1)).toEqual([
      "  COST         NOTE",
      "  $1.20–$3.40  late",
      "  $0.80–$1.10  in time",
    ]);
  });

  test("wraps long cells at last, and loses no word", () => {
    const words = "The capital of Burkina Faso is Ouagadougou, which many call Ouaga.";
    const lines = renderTable(["line", "answer"], [["1", words]], { width: 30 }).split("\n");
    expect(lines.every((line) => stringWidth(line) <= 30)).toBe(true);
    expect(lines.slice(1).join(" ").replaceAll(/\s+/g, " ")).toBe(`1 ${words}`);
  });
});
