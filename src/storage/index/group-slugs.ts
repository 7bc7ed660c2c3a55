import { createHash } from "node:crypto";
import { cutWithHash, longestPart } from "../../domain/experiment/ids.js";
import { invalidGroup } from "../run/run-folder.js";
import { slug } from "./slug.js";

/**
 * Returns the names of an experiment's groups for file names and ids. They differ even on
 * case-insensitive file systems. The same names in the same order give the same slugs.
 */
export function groupSlugs(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(["", invalidGroup]);
  const slugs = new Map<string, string>();
  for (const name of names) {
    const plain = slug(name);
    const free = taken.has(plain.toLowerCase()) ? withHash(plain, name) : plain;
    taken.add(free.toLowerCase());
    slugs.set(name, free);
  }
  return slugs;
}

function withHash(plain: string, name: string): string {
  const digest = createHash("sha256").update(JSON.stringify(name)).digest("hex");
  return cutWithHash(plain, longestPart, digest);
}
