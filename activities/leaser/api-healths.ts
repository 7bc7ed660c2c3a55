/**
 * The health of the APIs, from all calls of this process. All limits of a host share it: a record
 * may be the only one in its limit, but fail together with records of another limit.
 */
import {
  answeringHealth,
  healthAfterFailure,
  unknownHealth,
} from "../../src/domain/failure/api-health.js";
import type { ApiHealth, FailedCall } from "../../src/domain/failure/api-health.js";

export class ApiHealths {
  /** Health by host, or by `<api>/<model>` while its host is unknown. */
  readonly #healths = new Map<string, ApiHealth>();
  /**
   * Host by `<api>/<model>`. It is learned from failures, because an answer does not include the
   * host.
   */
  readonly #hosts = new Map<string, string>();
  readonly #onRecovery: (host: string) => void;

  /** @param onRecovery called with a host that answers after an outage */
  constructor(onRecovery: (host: string) => void = () => undefined) {
    this.#onRecovery = onRecovery;
  }

  /** Returns the host of a target, or the API's name before the first failure. */
  hostOf(target: string): string {
    return this.#hosts.get(target) ?? target.split("/")[0] ?? target;
  }

  isDown(target: string): boolean {
    return this.#healthOf(target).isDown;
  }

  noteAnswer(target: string): void {
    const wasDown = this.isDown(target);
    this.#healths.set(this.#keyOf(target), answeringHealth);
    if (wasDown) this.#onRecovery(this.hostOf(target));
  }

  /**
   * Notes a failure. Returns true if the API is down.
   * @param host host of the API, if the adapter knows it
   */
  noteFailure(target: string, host: string | undefined, call: FailedCall): boolean {
    const before = this.#healthOf(target);
    if (host !== undefined) this.#hosts.set(target, host);
    const known = this.#healths.get(this.#keyOf(target)) ?? before;
    const health = healthAfterFailure(known, call);
    this.#healths.set(this.#keyOf(target), health);
    return health.isDown;
  }

  /** Notes that another process had an answer from the host. */
  noteRecovery(host: string): void {
    for (const key of this.#healths.keys()) {
      if (key === host || key.startsWith(`${host}/`)) this.#healths.set(key, answeringHealth);
    }
  }

  #healthOf(target: string): ApiHealth {
    return this.#healths.get(this.#keyOf(target)) ?? unknownHealth;
  }

  #keyOf(target: string): string {
    return this.#hosts.get(target) ?? target;
  }
}
