/**
 * Tells an API that is down from a record that fails alone, by how the calls to one host end.
 *
 * The API is down once the calls of different records fail one after the other, without an answer in between. A call
 * that reached nobody says more than one that the server failed, so two records are enough then.
 */
export interface ApiHealth {
  /** Some call was answered. */
  readonly hasAnswered: boolean;
  /** The records whose calls failed since the last answer, each once. */
  readonly failed: readonly string[];
  readonly isDown: boolean;
}

/** A call that may have failed since the API is down. */
export interface FailedCall {
  /** Names the record among all that this process sends. */
  readonly record: string;
  /** Nobody took the call, so nothing in the record can be the cause. */
  readonly unreached: boolean;
}

/** Before the first call. */
export const unknownHealth: ApiHealth = { hasAnswered: false, failed: [], isDown: false };

/** After an answer of any kind, a refusal included. */
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
  // The last record of a run has no other to compare with. That the host answered before tells its name is right.
  const isAlone = unreached && isRepeated && health.hasAnswered;
  const isDown = isAlone || failed.length >= (unreached ? unreachedRecords : failedRecords);
  return { ...health, failed, isDown };
}
