import { activityInfo } from "@temporalio/activity";
import type { GroupStore } from "../../src/storage/log/group-store.js";

interface Seen {
  readonly pages: Set<string>;
  lookedAtMs: number;
}

const seen = new WeakMap<GroupStore, Seen>();

/**
 * A known page is looked at again after so long: a server that lost its last moment gives a slice that another process
 * has sent to this one, as a first attempt. It is away for longer than this when it restarts.
 */
const lookAgainMs = 1_000;

/**
 * Reads what other processes have logged, at the first sight of a page, at every later activity attempt, and after a
 * second: only then can a record have an outcome, or attempts, that this process does not know. Temporal's own memory is not asked, since
 * a server may lose its last moment at a power cut, and the log doesn't.
 */
export async function seePage(store: GroupStore, page: string): Promise<void> {
  const known = seen.get(store) ?? { pages: new Set(), lookedAtMs: -Infinity };
  seen.set(store, known);
  const now = Date.now();
  const isFresh = now - known.lookedAtMs < lookAgainMs;
  if (known.pages.has(page) && isFresh && activityInfo().attempt === 1) return;
  await store.refresh();
  known.lookedAtMs = Math.max(known.lookedAtMs, now);
  known.pages.add(page);
}
