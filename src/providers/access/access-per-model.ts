import { computed } from "../../domain/computed.js";
import type { Environment } from "../../domain/environment.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";

/** Finds the account and the address for the calls of a record's model. */
export type AccessOf<Access> = (record: PromptRecord, environment: Environment) => Access;

/**
 * Caches the access of each model, because every call needs it and it depends only on the model and
 * the environment. An environment that is read again is another object. Errors are not cached.
 */
export function accessPerModel<Access>(accessOf: AccessOf<Access>): AccessOf<Access> {
  const kept = new WeakMap<Environment, Map<string | undefined, Access>>();
  return (record, environment) => {
    const models = computed(kept, environment, () => new Map<string | undefined, Access>());
    return computed(models, record.model_name, () => accessOf(record, environment));
  };
}
