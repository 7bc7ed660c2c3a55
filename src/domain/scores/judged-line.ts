import { defined } from "../defined.js";
import { membersOf } from "../json/json-members.js";
import type { JsonMembers } from "../json/json-members.js";
import { parseJsonText } from "../json/json-text.js";
import { isJsonObject } from "../json/json.js";
import type { JsonValue } from "../json/json.js";
import { pythonText } from "../json/python-text.js";

/** One line of a judge run's completed file: a judge's verdict on one answer. */
export interface JudgedLine extends Verdict {
  /** Id of the judged record, as JSON; absent if it has none. */
  readonly inputId?: string;
  /** The judged record's `<api>/<model>`; absent if it names none. */
  readonly model?: string;
}

export interface Verdict {
  readonly judge: string;
  /** Name of the template. */
  readonly template: string;
  /**
   * `null` if the judge failed or its answer has no verdict. Absent if the judge's settings have no
   * `parse`.
   */
  readonly verdict?: number | string | null;
  /** Reason for a missing verdict. */
  readonly error?: string;
  /** The judge's response; set if its settings have no `parse`. */
  readonly response?: JsonValue;
}

/** Returns `undefined` for a line that is not from a judge run. */
export function judgedLine(line: string): JudgedLine | undefined {
  const members = membersOf(line);
  const template = valueOf(members, "template_name");
  const id = valueOf(members, "id");
  if (typeof template !== "string" || typeof id !== "string") return undefined;
  const inputId = members.get("input-id");
  const judge = between(id, "judge-", `-${template}-${pythonText(inputId ?? '"NA"')}`);
  if (judge === undefined) return undefined;
  return { judge, template, ...said(members), ...defined({ inputId, model: modelOf(members) }) };
}

function modelOf(members: JsonMembers): string | undefined {
  const parts = ["input-api", "input-model_name"].map((key) => valueOf(members, key));
  return parts.filter((part) => typeof part === "string").join("/") || undefined;
}

function between(text: string, start: string, end: string): string | undefined {
  const fits = text.startsWith(start) && text.endsWith(end);
  return fits ? text.slice(start.length, text.length - end.length) : undefined;
}

function said(members: JsonMembers): Pick<Verdict, "verdict" | "error" | "response"> {
  const parsed = members.has("parse");
  const failure = failureOf(members);
  if (failure !== undefined) return { ...(parsed && { verdict: null }), error: failure };
  if (!parsed) return { response: valueOf(members, "response") ?? null };
  const verdict = valueOf(members, "verdict");
  if (typeof verdict === "number" || typeof verdict === "string") return { verdict };
  const error = valueOf(members, "verdict_error");
  return { verdict: null, ...(typeof error === "string" && { error }) };
}

function failureOf(members: JsonMembers): string | undefined {
  if (valueOf(members, "status") !== "failed") return undefined;
  const error = valueOf(members, "error");
  const message = isJsonObject(error) ? error["message"] : undefined;
  return typeof message === "string" ? message : "The judge's call failed.";
}

function valueOf(members: JsonMembers, key: string): JsonValue | undefined {
  const text = members.get(key);
  return text === undefined ? undefined : parseJsonText(text);
}
