/**
 * Checks the messages from a page to its group. People can also send them from the Temporal Web UI,
 * and a group that fails on a message receives it again forever. Each check returns the problem in
 * a sentence, or `undefined`.
 */
import { isJsonArray } from "../json/json.js";
import type { JsonValue } from "../json/json.js";
import { fieldsOf, isCount, isTime, textOf } from "./message-values.js";

export function problemOfSent(message: unknown): string | undefined {
  const { page, position, usedUpUntilMs = 0 } = fieldsOf(message) ?? {};
  if (isCount(page) && isCount(position) && isTime(usedUpUntilMs)) return undefined;
  return `Expected a page and its position, got ${textOf(message)}.`;
}

export function problemOfPageReport(message: unknown): string | undefined {
  const report = fieldsOf(message) ?? {};
  const { page, completed, failed, resumes, accepted = 0, usedUpUntilMs = 0 } = report;
  const { left, blocked, steps = {}, nextDay } = report;
  const areNumbers = [page, completed, failed, resumes, accepted].every(isCount);
  const areSound =
    areRanges(left) && areRanges(blocked) && areStepCounts(steps) && isNextDay(nextDay);
  if (areNumbers && isTime(usedUpUntilMs) && areSound) return undefined;
  return `Expected the report of a page, got ${textOf(message)}.`;
}

export function problemOfRefused(message: unknown): string | undefined {
  const { resumes, refusals } = fieldsOf(message) ?? {};
  if (isCount(resumes) && isJsonArray(refusals) && refusals.every(isRefusal)) return undefined;
  return `Expected refusals of models, got ${textOf(message)}.`;
}

function areRanges(value: JsonValue | undefined): boolean {
  return isJsonArray(value) && value.every(isRange);
}

function isRange(value: JsonValue): boolean {
  return isJsonArray(value) && value.length === 2 && value.every(isCount);
}

function areStepCounts(value: JsonValue): boolean {
  const steps = fieldsOf(value);
  return steps !== undefined && Object.values(steps).every(isStepCount);
}

function isStepCount(value: JsonValue): boolean {
  const { done, failed, dropped } = fieldsOf(value) ?? {};
  return [done, failed, dropped].every(isCount);
}

function isNextDay(value: JsonValue | undefined): boolean {
  if (value === undefined) return true;
  const { ranges, atMs } = fieldsOf(value) ?? {};
  return areRanges(ranges) && isTime(atMs);
}

function isRefusal(value: JsonValue): boolean {
  const { target, reason } = fieldsOf(value) ?? {};
  return typeof target === "string" && typeof reason === "string";
}
