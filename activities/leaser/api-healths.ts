/**
 * Which APIs answer, as this process knows it from all its calls. The limits of one host share the knowledge: a record
 * that is alone in its limit may have failed together with those of another.
 */
import {
  answeringHealth,
  healthAfterFailure,
  unknownHealth,
} from "../../src/domain/failure/api-health.js";
import type { ApiHealth, FailedCall } from "../../src/domain/failure/api-health.js";

export class ApiHealths {
  /** By host, and by `<api>/<model>` while its host is not known. */
  readonly #healths = new Map<string, ApiHealth>();
  /** By `<api>/<model>`, as failures told them: an answer names no host. */
  readonly #hosts = new Map<string, string>();
  readonly #onRecovery: (host: string) => void;

  /** @param onRecovery told of a host that answers after an outage */
  constructor(onRecovery: (host: string) => void = () => undefined) {
    this.#onRecovery = onRecovery;
  }

  /** The host of a target; the API's name while no failure has told it. */
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

  /** True if the API is down. @param host of the API, if the adapter names it */
  noteFailure(target: string, host: string | undefined, call: FailedCall): boolean {
    const before = this.#healthOf(target);
    if (host !== undefined) this.#hosts.set(target, host);
    const known = this.#healths.get(this.#keyOf(target)) ?? before;
    const health = healthAfterFailure(known, call);
    this.#healths.set(this.#keyOf(target), health);
    return health.isDown;
  }

  /** Another process had an answer of the host. */
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
