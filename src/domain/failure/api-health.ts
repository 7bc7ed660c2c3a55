/**
 * Distinguishes an API outage from the failure of one record, by the results of the calls to one
 * host.
 *
 * The API counts as down once the calls of different records have failed in a row. An answer ends
 * the row. For calls that never reached the API, two records are enough, because the record cannot
 * be the cause.
 */
export interface ApiHealth {
  /** True if any call got an answer. */
  readonly hasAnswered: boolean;
  /** The records whose calls failed since the last answer, without duplicates. */
  readonly failed: readonly string[];
  readonly isDown: boolean;
}

/** A call that may have failed because the API is down. */
export interface FailedCall {
  /** Unique name of the record in this process. */
  readonly record: string;
  /** True if the call never reached the API. Then the record cannot be the cause. */
  readonly unreached: boolean;
}

/** State before the first call. */
export const unknownHealth: ApiHealth = { hasAnswered: false, failed: [], isDown: false };

/** State after an answer of any kind, including a refusal. */
export const answeringHealth: ApiHealth = { hasAnswered: true, failed: [], isDown: false };

const unreachedRecords = 2;
const failedRecords = 3;

export function healthAfterFailure(
  health: ApiHealth,
  { record, unreached }: FailedCall,
): ApiHealth {
  if (health.isDown) return health;
  const isRepeated = health.failed.includes(record);
  const failed = isRepeated ? health.failed : [...health.failed, record];
  // The last record of a run has no other to compare with. An earlier answer shows that the host
  // name is right.
  const isAlone = unreached && isRepeated && health.hasAnswered;
  const isDown = isAlone || failed.length >= (unreached ? unreachedRecords : failedRecords);
  return { ...health, failed, isDown };
}
