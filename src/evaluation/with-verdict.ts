import { membersOf } from "../domain/json-members.js";
import { parseJsonText } from "../domain/json-text.js";
import { pythonText } from "../domain/python-text.js";
import { withScores } from "../domain/scored-line.js";
import type { ParseRule } from "./parse-rule.js";
import { parseRule } from "./parse-rule.js";

/**
 * A completed line of a judge run with what its answer comes to: `verdict`, a number or a label; where there is none, null
 * and `verdict_error` beside it. A judge without `parse` in its settings leaves the line as it is.
 */
export function createVerdicts(): (line: string) => string {
  const rules = new Map<string, ParseRule>();
  return (line) => {
    const members = membersOf(line);
    const text = members.get("parse");
    if (text === undefined) return line;
    const rule = rules.get(text) ?? parseRule(parseJsonText(text), "a judge");
    rules.set(text, rule);
    const found = rule(pythonText(members.get("response") ?? '""'));
    return "verdict" in found
      ? withScores(line, ["verdict"], [["verdict", found.verdict]])
      : withScores(
          line,
          ["verdict"],
          [
            ["verdict", null],
            ["verdict_error", found.problem],
          ],
        );
  };
}
