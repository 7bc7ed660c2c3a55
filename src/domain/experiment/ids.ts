/**
 * Workflow ids and names that the server keeps. They are API: running experiments are found by them.
 *
 * `part` arguments are encoded already (`slugOf`), so that a slash in a name cannot make another path. Temporal's SQL
 * schemas have 255 characters for an id: a page's, of two long names, has no more than that.
 */

/** The task queues of one data folder, which only workers that see the folder poll. */
export interface FolderQueues {
  /** Workflows and file activities. */
  readonly main: string;
  /** `leaseSlots` alone: a lease may wait for hours, and nothing else waits behind it. */
  readonly leases: string;
  /** `sendPrompts` alone, so that workers for calls can be added apart. */
  readonly calls: string;
  /** Reserved for activities that run a pipeline's rows. */
  readonly rows: string;
}

/** The queue of the `limit` workflows. All data folders of a namespace share them, so every worker polls it. */
export const limitsQueue = "ostinato/limits";

/** @param identity of the data folder */
export function queuesOfFolder(identity: string): FolderQueues {
  return queuesBeside(`ostinato/${identity}`);
}

/** @param main the queue of a workflow of that folder */
export function queuesBeside(main: string): FolderQueues {
  return { main, leases: `${main}/leases`, calls: `${main}/calls`, rows: `${main}/rows` };
}

/** The search attribute by which the Web UI filters experiments. */
export const experimentAttribute = "ExperimentName";

/** SQL stores keep keywords in columns of 255 characters. */
const longestKeyword = 255;

/** The attribute's value for an experiment of this name. */
export function keywordOf(name: string): string {
  return name.slice(0, longestKeyword);
}

/** Of a slug, in bytes. */
export const longestPart = 100;

/**
 * A name as a part of a workflow id or file name: letters, digits and `-_.~` stay, the rest is percent-encoded (halves of
 * surrogate pairs, which JSON can carry, as `%uD800`); above 100 bytes it is cut and ends in a hash.
 *
 * @param hash hex digest of a text; handed in because the sandbox has none.
 */
export function slugOf(name: string, hash: (text: string) => string): string {
  const encoded = encodeWhole(name)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, "%2E");
  if (encoded.length <= longestPart) return encoded;
  // A hash of UTF-8 knows no halves of pairs, so a text that has some is hashed as it is encoded.
  const digest = hash(/\p{Surrogate}/u.test(name) ? encoded : name);
  return cutWithHash(encoded, longestPart, digest);
}

/** Of encoded text, with no half of an encoded character, at most so many bytes. */
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

export function pageId(ofGroup: string, page: number): string {
  return `${ofGroup}/page/${page}`;
}

export function limitId(part: string): string {
  return `limit/${part}`;
}

export function watchId(part: string): string {
  return `watch/${part}`;
}
