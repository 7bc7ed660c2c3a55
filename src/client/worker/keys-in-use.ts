import type { Client } from "@temporalio/client";
import { findManifest } from "../../storage/run/run-folder.js";
import { openExperiments } from "../status/find-experiment.js";

/** A limit from which a group of a running experiment leases. */
export interface KeyInUse {
  readonly experiment: string;
  readonly key: string;
  /** `<api>/<model>` of the experiment's records. */
  readonly targets: readonly string[];
}

/** Reads the run folders on this machine; needs no worker. */
export async function keysInUse(client: Client): Promise<KeyInUse[]> {
  const keys: KeyInUse[] = [];
  for await (const { memo } of openExperiments(client)) {
    const { directory } = memo;
    const manifest = directory === undefined ? undefined : await findManifest(directory);
    if (!manifest) continue;
    const { settings, targets, groups } = manifest;
    for (const key of new Set(groups.map((group) => group.limitKey))) {
      keys.push({ experiment: settings.name, key, targets });
    }
  }
  return keys;
}

/** The keys in use for the same API (or API and model) as `key`, except `key` itself. */
export function otherKeysOf(key: string, inUse: readonly KeyInUse[]): KeyInUse[] {
  const [kind, ...rest] = key.split("/");
  const wanted = rest.join("/");
  if (kind !== "api") return [];
  return inUse.filter(
    (used) =>
      used.key !== key &&
      used.targets.some((target) => target === wanted || target.startsWith(`${wanted}/`)),
  );
}
