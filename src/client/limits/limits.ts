import type { Client } from "@temporalio/client";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { defined } from "../../domain/defined.js";
import { limitCalls } from "../../domain/limit/calls.js";
import { isLive, limitInFlight, limitRate, limitTokens } from "../../domain/limit/state.js";
import { slowdownsOf } from "../../domain/limit/slowdowns.js";
import type { Slowdown } from "../../domain/limit/slowdowns.js";
import type { LimitCap } from "../../domain/limit/lease-messages.js";
import type { Holder, LimitState } from "../../domain/limit/state.js";
import { daysOfAll } from "../../domain/limit/day-counts.js";
import { usedInMinute } from "../../domain/limit/last-minute.js";
import { ratesOf } from "../../domain/rates/rates.js";
import type { GroupRates } from "../../domain/rates/rates.js";
import { nearestMatch } from "../../domain/nearest-match.js";
import { problemOfCap } from "../../domain/experiment/steering.js";
import { UserError } from "../../domain/failure/user-error.js";
import { limitIdOfKey } from "../../storage/run/limit-id-of-key.js";
import { limitStateQuery, setCapSignal, workflowTypes } from "../../../workflows/messages.js";
import { isServerUnreachable } from "../connection/is-server-gone.js";
import { keysInUse, otherKeysOf } from "../worker/keys-in-use.js";
import { limitStart } from "./limit-start.js";
import type { LimitMemo } from "./limit-start.js";
import { mapAtOnce } from "../map-at-once.js";
import type { Ostinato } from "../connection/ostinato.js";

/** What all experiments that name a key may do together, and do now. */
export interface LimitStatus {
  readonly key: string;
  /** What `setLimit` put on it. */
  readonly cap: LimitCap;
  /** The rate in force; absent where nobody asks, or no worker answers. */
  readonly requestsPerMinute?: number;
  /** The tokens a minute in force; absent where they are not limited. */
  readonly tokensPerMinute?: number;
  /** The most calls in flight; absent where there is no cap. */
  readonly inFlight?: number;
  /** Calls in flight now, slots that are handed out included. */
  readonly calls: number;
  /** What went within the last minute: `tokens` where they are limited, as estimated until the API tells. */
  readonly lastMinute: { readonly calls: number; readonly tokens: number };
  /** Calls of the day, where somebody has a quota: a count for each time of the reset. */
  readonly days: readonly LimitDay[];
  /** What holds its calls back: an API that is down, or 429s. */
  readonly slowdowns: readonly Slowdown[];
  /** The groups that asked within the last minute, and those that wait for the next day. */
  readonly holders: readonly LimitHolder[];
  /** Whether a worker answered: without one nothing but the key is known. */
  readonly answered: boolean;
}

export interface LimitDay {
  readonly calls: number;
  /** When the count starts anew, epoch milliseconds. */
  readonly endsAtMs: number;
}

export interface LimitHolder extends GroupRates {
  /** `<experiment>/<group>`, or the group's workflow id where it isn't ours. */
  readonly group: string;
  /** 1 is first, 5 is last. */
  readonly priority: number;
  /** For how long it has been waiting for a slot; absent where it has some. */
  readonly waitsForMs?: number;
  /** Its calls of the day are used up: when there are some again, epoch milliseconds. */
  readonly waitsUntilMs?: number;
}

const queryDeadlineMs = 2_000;
const keyPattern = /^(?:api\/[^/]+(?:\/.+)?|group\/.+|experiment\/.+)$/;

/** The limits that are in use or carry a cap, by key. */
export async function listLimits({ client }: Ostinato): Promise<LimitStatus[]> {
  const limits: { workflowId: string; key: string }[] = [];
  const query = `WorkflowType = '${workflowTypes.limit}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, memo } of client.workflow.list({ query })) {
    // Written by `limitStart` alone.
    const key = (memo as Partial<LimitMemo> | undefined)?.key;
    limits.push({ workflowId, key: key ?? workflowId.replace(/^limit\//, "") });
  }
  const statuses = await mapAtOnce(limits, async ({ workflowId, key }) =>
    toStatus(key, await stateOf(client, workflowId)),
  );
  return statuses.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Puts a cap on a limit for everybody, in place of an earlier one; it is felt within seconds and stays until it is
 * taken off. Throws `UserError` for a key that can't be one.
 */
export async function setLimit(
  ostinato: Ostinato,
  key: string,
  cap: LimitCap,
): Promise<{ readonly warnings: readonly string[] }> {
  checkKey(key);
  checkCap(cap);
  const { client } = ostinato;
  await client.workflow.signalWithStart(workflowTypes.limit, {
    ...limitStart(limitIdOfKey(key), key),
    signal: setCapSignal,
    signalArgs: [cap],
  });
  const others = otherKeysOf(key, await keysInUse(client));
  if (others.length === 0) return { warnings: [] };
  const names = others.map((other) => `${other.key} (${other.experiment})`).join(", ");
  return {
    warnings: [
      `Experiments that run now pace the same API by other keys, which this cap doesn't touch: ${names}.`,
    ],
  };
}

/** Takes a cap off. Throws `UserError` where there is no such limit. */
export async function unsetLimit(ostinato: Ostinato, key: string): Promise<void> {
  checkKey(key);
  try {
    await ostinato.client.workflow.getHandle(limitIdOfKey(key)).signal(setCapSignal, {});
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const keys = (await listLimits(ostinato)).map((limit) => limit.key);
    const nearest = nearestMatch(key, keys);
    const hint =
      nearest === undefined
        ? "`ostinato limits` shows those there are."
        : `Did you mean "${nearest}"?`;
    throw new UserError(`There is no cap on "${key}" to take off. ${hint}`, { cause: error });
  }
}

async function stateOf(client: Client, workflowId: string): Promise<LimitState | undefined> {
  try {
    return await client.withDeadline(Date.now() + queryDeadlineMs, () =>
      client.workflow.getHandle(workflowId).query(limitStateQuery),
    );
  } catch (error) {
    if (isServerUnreachable(error)) throw error;
    return undefined;
  }
}

function toStatus(key: string, state: LimitState | undefined): LimitStatus {
  const lists = { days: [], slowdowns: [], holders: [] };
  const nothing = { cap: {}, calls: 0, lastMinute: { calls: 0, tokens: 0 } };
  if (!state) return { key, ...nothing, ...lists, answered: false };
  // The limit's clock is the server's; holders are live for a minute, so that a difference of seconds does no harm.
  const nowMs = Date.now();
  const rate = limitRate(state, nowMs);
  const tokens = limitTokens(state, nowMs);
  const inFlight = limitInFlight(state, nowMs);
  return {
    key,
    cap: state.cap,
    ...defined({ requestsPerMinute: rate }),
    ...(Number.isFinite(tokens) ? { tokensPerMinute: tokens } : {}),
    ...(Number.isFinite(inFlight) ? { inFlight } : {}),
    calls: limitCalls(state, nowMs),
    lastMinute: usedInMinute(state.lastMinute, nowMs),
    days: daysOfAll(state.days ?? {}).filter(({ endsAtMs }) => endsAtMs > nowMs),
    slowdowns: slowdownsOf(state, nowMs),
    holders: Object.entries(state.holders).flatMap(([group, holder]) =>
      toHolder(group, holder, nowMs),
    ),
    answered: true,
  };
}

function toHolder(group: string, holder: Holder, nowMs: number): LimitHolder[] {
  const { priority, waitsSinceMs, usedUpUntilMs = 0 } = holder;
  const waitsForDay = usedUpUntilMs > nowMs;
  if (!waitsForDay && !isLive(holder, nowMs)) return [];
  const waits = waitsForDay
    ? { waitsUntilMs: usedUpUntilMs }
    : waitsSinceMs !== undefined && { waitsForMs: Math.max(0, nowMs - waitsSinceMs) };
  return [{ group: nameOfGroup(group), ...ratesOf(holder), priority, ...waits }];
}

function nameOfGroup(groupId: string): string {
  const [, experiment, group] = /^experiment\/([^/]+)\/[^/]+\/group\/([^/]+)$/.exec(groupId) ?? [];
  if (experiment === undefined || group === undefined) return groupId;
  return `${decoded(experiment)}/${decoded(group)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A long name was cut within a character.
    return part;
  }
}

function checkKey(key: string): void {
  if (keyPattern.test(key)) return;
  throw new UserError(
    `Expected a limit's key such as api/openai, api/openai/gpt-4o, group/<name> or experiment/<name>, got "${key}". ` +
      "`ostinato limits` shows those in use.",
  );
}

function checkCap(cap: LimitCap): void {
  if (Object.keys(cap).length === 0) {
    throw new UserError(
      "Expected a cap, got none. Give --max-queries, --tokens-per-minute, --requests-per-day or --in-flight.",
    );
  }
  const problem = problemOfCap(cap);
  if (problem !== undefined) throw new UserError(problem);
}
