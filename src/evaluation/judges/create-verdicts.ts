import { computed } from "../../domain/computed.js";
import { membersOf } from "../../domain/json/json-members.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { Members } from "../../domain/record/output-line.js";
import { pythonText } from "../../domain/json/python-text.js";
import { withScores } from "../../domain/scores/scored-line.js";
import type { ParsedVerdict, ParseRule } from "../scorers/parse-rule.js";
import { parseRule } from "../scorers/parse-rule.js";

/**
 * Adds `verdict`, a number or a label, to completed lines of a judge run. Without a verdict it is
 * null, with the reason in `verdict_error`. For a judge without `parse`, the line stays unchanged.
 */
export function createVerdicts(): (line: string) => string {
  const rules = new Map<string, ParseRule>();
  return (line) => {
    const members = membersOf(line);
    const text = members.get("parse");
    if (text === undefined) return line;
    const rule = computed(rules, text, () => parseRule(parseJsonText(text), "a judge"));
    const found = rule(pythonText(members.get("response") ?? '""'));
    return withScores(line, ["verdict"], membersOfVerdict(found));
  };
}

function membersOfVerdict(found: ParsedVerdict): Members {
  if ("verdict" in found) return [["verdict", found.verdict]];
  return Object.entries({ verdict: null, verdict_error: found.problem });
}
