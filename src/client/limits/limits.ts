import type { Client } from "@temporalio/client";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { defined } from "../../domain/defined.js";
import { limitCalls } from "../../domain/limit/calls.js";
import { isKeyOfCalls, isKeyOfRows } from "../../domain/limit/limit-key.js";
import { isLive, limitInFlight, limitRate, limitTokens } from "../../domain/limit/state.js";
import { slowdownsOf } from "../../domain/limit/slowing/slowdowns.js";
import type { Slowdown } from "../../domain/limit/slowing/slowdowns.js";
import type { LimitCap } from "../../domain/limit/lease-messages.js";
import type { Holder, LimitState } from "../../domain/limit/state.js";
import { daysOfAll } from "../../domain/limit/day-counts.js";
import { usedInMinute } from "../../domain/limit/last-minute.js";
import { recentPerMinute } from "../../domain/limit/recent-calls.js";
import { ratesOf } from "../../domain/rates/rates.js";
import type { GroupRates } from "../../domain/rates/rates.js";
import { nearestMatch } from "../../domain/nearest-match.js";
import { partOfLimitId, partsOfGroupId } from "../../domain/experiment/ids.js";
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

/** The state of a limit, which all experiments with its key share. */
export interface LimitStatus {
  readonly key: string;
  /** The cap from `setLimit`. */
  readonly cap: LimitCap;
  /** Current requests per minute; absent without requests or without a worker's answer. */
  readonly requestsPerMinute?: number;
  /** Current tokens per minute; absent if tokens are not limited. */
  readonly tokensPerMinute?: number;
  /** Maximum number of concurrent calls; absent without a cap. */
  readonly inFlight?: number;
  /** Current number of concurrent calls, including leased slots. */
  readonly calls: number;
  /**
   * Calls and tokens of the last minute. Tokens count only if they are limited, and are estimates
   * until the API reports them.
   */
  readonly lastMinute: { readonly calls: number; readonly tokens: number };
  /** Calls of the day, if a group has a quota: one count per reset time. */
  readonly days: readonly LimitDay[];
  /** The reasons why calls are delayed: an API that is down, or 429s. */
  readonly slowdowns: readonly Slowdown[];
  /** The groups that asked within the last minute, and those that wait for the next day. */
  readonly holders: readonly LimitHolder[];
  /** True if a worker answered. Otherwise only the key is known. */
  readonly answered: boolean;
}

export interface LimitDay {
  readonly calls: number;
  /** Time at which the count resets, in ms since the epoch. */
  readonly endsAtMs: number;
}

export interface LimitHolder extends GroupRates {
  /** `<experiment>/<group>`, or the workflow id of a group that is not Ostinato's. */
  readonly group: string;
  /** 1 is first, 5 is last. */
  readonly priority: number;
  /** Its calls of the last minute. */
  readonly perMinute: number;
  /** Time for which the group has been waiting for a slot, in ms; absent if it has slots. */
  readonly waitsForMs?: number;
  /**
   * Time at which the daily quota allows calls again, in ms since the epoch. Set while it is used
   * up.
   */
  readonly waitsUntilMs?: number;
}

const queryDeadlineMs = 2_000;

/** Lists the limits of calls that are in use or have a cap, by key. */
export async function listLimits({ client }: Ostinato): Promise<LimitStatus[]> {
  const limits: { workflowId: string; key: string }[] = [];
  const query = `WorkflowType = '${workflowTypes.limit}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, memo } of client.workflow.list({ query })) {
    // The memo is ours: only `limitStart` writes it.
    const key = (memo as Partial<LimitMemo> | undefined)?.key;
    const shown = key ?? partOfLimitId(workflowId);
    if (!isKeyOfRows(shown)) limits.push({ workflowId, key: shown });
  }
  const statuses = await mapAtOnce(limits, async ({ workflowId, key }) =>
    toStatus(key, await stateOf(client, workflowId)),
  );
  return statuses.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Sets a cap on a limit for all experiments and replaces an earlier cap. It applies within seconds
 * and stays until removed. Throws `UserError` for an invalid key.
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
      `Running experiments use other limits for the same API, which this cap does not affect: ${names}.`,
    ],
  };
}

/** Removes a cap. Throws `UserError` if the limit does not exist. */
export async function unsetLimit(ostinato: Ostinato, key: string): Promise<void> {
  checkKey(key);
  try {
    await ostinato.client.workflow.getHandle(limitIdOfKey(key)).signal(setCapSignal, {});
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const keys = (await listLimits(ostinato)).map((limit) => limit.key);
    const nearest = nearestMatch(key, keys);
    const hint =
      nearest === undefined ? "See all with `ostinato limits`." : `Did you mean "${nearest}"?`;
    throw new UserError(`There is no cap on "${key}" to remove. ${hint}`, { cause: error });
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
  // The limit uses the server's clock. Holders count for a minute, so a difference of seconds
  // between the clocks is harmless.
  const nowMs = Date.now();
  const rate = limitRate(state, nowMs);
  const tokens = limitTokens(state, nowMs);
  const inFlight = limitInFlight(state, nowMs);
  return {
    key,
    cap: state.cap,
    ...defined({ requestsPerMinute: rate }),
    ...(Number.isFinite(tokens) && { tokensPerMinute: tokens }),
    ...(Number.isFinite(inFlight) && { inFlight }),
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
  const perMinute = Math.round(recentPerMinute(holder.recent, nowMs) * 10) / 10;
  return [{ group: groupText(group), ...ratesOf(holder), priority, perMinute, ...waits }];
}

function groupText(groupId: string): string {
  const parts = partsOfGroupId(groupId);
  return parts ? `${decoded(parts.experiment)}/${decoded(parts.group)}` : groupId;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A long name was cut inside an encoded character, so it cannot be decoded.
    return part;
  }
}

function checkKey(key: string): void {
  if (isKeyOfCalls(key)) return;
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
