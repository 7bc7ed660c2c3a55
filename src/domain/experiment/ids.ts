/**
 * Workflow ids and names that the server keeps. They are API, because running experiments are found
 * by them.
 *
 * `part` arguments are already encoded (`slugOf`), so a slash in a name cannot change the path.
 * Temporal's SQL schemas allow 255 characters for an id. A page's id with two long names fits.
 */

/** The task queues of one data folder. Only workers that can read the folder poll them. */
export interface FolderQueues {
  /** Queue for workflows and file activities. */
  readonly main: string;
  /** Queue for `leaseSlots` only. A lease may wait for hours without delaying other activities. */
  readonly leases: string;
  /** Queue for `sendPrompts` only, which separate workers for calls can poll. */
  readonly calls: string;
  /** Queue for `runRows` only, so that waiting rows do not occupy places for `sendPrompts`. */
  readonly rows: string;
}

/**
 * Queue of the `limit` workflows. All data folders of a namespace share them, so every worker polls
 * it.
 */
export const limitsQueue = "ostinato/limits";

/** @param identity identity of the data folder */
export function queuesOfFolder(identity: string): FolderQueues {
  return queuesBeside(`ostinato/${identity}`);
}

/** @param main queue of a workflow of that folder */
export function queuesBeside(main: string): FolderQueues {
  return { main, leases: `${main}/leases`, calls: `${main}/calls`, rows: `${main}/rows` };
}

/** The search attribute by which the Web UI filters experiments. */
export const experimentAttribute = "ExperimentName";

/** Maximum length of a keyword. SQL stores have columns of 255 characters for keywords. */
const longestKeyword = 255;

/** Value of the search attribute for an experiment's name. */
export function keywordOf(name: string): string {
  return name.slice(0, longestKeyword);
}

/** Maximum length of a slug, in bytes. */
export const longestPart = 100;

/**
 * Encodes a name for a workflow id or file name. Letters, digits and `-_.~` stay; the rest is
 * percent-encoded (halves of surrogate pairs, which JSON allows, as `%uD800`). Above 100 bytes it
 * is cut and ends in a hash.
 * @param hash returns the hex digest of a text; a parameter because the workflow sandbox has none
 */
export function slugOf(name: string, hash: (text: string) => string): string {
  const encoded = encodeWhole(name)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, "%2E");
  if (encoded.length <= longestPart) return encoded;
  // UTF-8 cannot represent halves of surrogate pairs, so the encoded text is hashed if the name has
  // any.
  const digest = hash(/\p{Surrogate}/u.test(name) ? encoded : name);
  return cutWithHash(encoded, longestPart, digest);
}

/** Cuts encoded text to at most `bytes` bytes, without splitting an encoded character. */
export function cutWithHash(encoded: string, bytes: number, digest: string): string {
  return `${encoded.slice(0, bytes - 17).replace(/%(?:u.{0,3}|.)?$/, "")}-${digest.slice(0, 16)}`;
}

function encodeWhole(name: string): string {
  return name.replace(/\p{Surrogate}|\P{Surrogate}+/gu, (part) =>
    /\p{Surrogate}/u.test(part)
      ? `%u${part.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(part),
  );
}

export function experimentId(part: string): string {
  return `experiment/${part}`;
}

export function groupId(experimentPart: string, stamp: string, groupPart: string): string {
  return `experiment/${experimentPart}/${stamp}/group/${groupPart}`;
}

/** Returns the encoded names in a group's id; `undefined` for an id that is not Ostinato's. */
export function partsOfGroupId(
  id: string,
): { readonly experiment: string; readonly group: string } | undefined {
  const [, experiment, group] = /^experiment\/([^/]+)\/[^/]+\/group\/([^/]+)$/.exec(id) ?? [];
  return experiment === undefined || group === undefined ? undefined : { experiment, group };
}

export function pageId(ofGroup: string, page: number): string {
  return `${ofGroup}/page/${page}`;
}

export function limitId(part: string): string {
  return `limit/${part}`;
}

export function partOfLimitId(id: string): string {
  return id.replace(/^limit\//, "");
}

export function watchId(part: string): string {
  return `watch/${part}`;
}

/** @param worker name of a worker, which no other worker ever has */
export function warmUpId(queue: string, worker: string): string {
  return `warm-up/${queue}/${worker}`;
}
