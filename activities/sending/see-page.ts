import { activityInfo } from "@temporalio/activity";
import { computed } from "../../src/domain/computed.js";
import type { GroupStore } from "../../src/storage/log/group-store.js";

interface Seen {
  readonly pages: Set<string>;
  lookedAtMs: number;
}

const seen = new WeakMap<GroupStore, Seen>();

/**
 * Time in ms after which a known page is read again. If a server loses its last moment, it may send
 * this process a slice, as a first attempt, that another process has already sent. A server's
 * restart takes longer than this time.
 */
const lookAgainMs = 1_000;

/**
 * Reads the logs of other processes: at the first use of a page, at every later activity attempt,
 * and after a second. Only then may a record have an outcome or attempts that this process does not
 * know. Temporal's own state is not used, because a server may lose its last moment in a power cut,
 * while the log does not.
 */
export async function seePage(store: GroupStore, page: string): Promise<void> {
  const known = computed(seen, store, () => ({ pages: new Set<string>(), lookedAtMs: -Infinity }));
  const now = Date.now();
  const isFresh = now - known.lookedAtMs < lookAgainMs;
  if (known.pages.has(page) && isFresh && activityInfo().attempt === 1) return;
  await store.refresh();
  known.lookedAtMs = Math.max(known.lookedAtMs, now);
  known.pages.add(page);
}
