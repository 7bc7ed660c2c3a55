import { activityInfo } from "@temporalio/activity";
import type { GroupStore } from "../../src/storage/log/group-store.js";

const seen = new WeakMap<GroupStore, Set<string>>();

/**
 * Reads what other processes have logged, at the first sight of a page and at every later activity attempt: only then
 * can a record have an outcome, or attempts, that this process does not know. Temporal's own memory is not asked, since
 * a server may lose its last moment at a power cut, and the log doesn't.
 */
export async function seePage(store: GroupStore, page: string): Promise<void> {
  const pages = seen.get(store) ?? new Set<string>();
  seen.set(store, pages);
  if (pages.has(page) && activityInfo().attempt === 1) return;
  await store.refresh();
  pages.add(page);
}
