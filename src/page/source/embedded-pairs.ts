import type { EmbeddedPair, EmbeddedRest } from "../../domain/report/embedded.js";
import { rowsABlock } from "../../domain/report/embedded.js";
import type { ComparisonReport, PairRow, PairSource } from "../../domain/report/pair-report.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import { decodeBlock } from "./decode-block.js";
import { blocksOf, once, recordOf } from "./embedded-source.js";

/** Data of a page with a comparison. */
export interface EmbeddedPairs {
  readonly report: () => Promise<ComparisonReport>;
  /** Returns the pairs of a comparison, by its index. */
  readonly source: (place: number) => PairSource;
}

/** Opens the embedded pairs. Returns `undefined` for the page of a single run. */
export function openEmbeddedPairs(document: ParentNode): EmbeddedPairs | undefined {
  const [block] = blocksOf(document, "comparison");
  if (!block) return undefined;
  const sources = new Map<number, PairSource>();
  return {
    // Only `ostinato report` writes these blocks, here and below.
    report: once(async () => (await decodeBlock(block)) as ComparisonReport),
    source(place) {
      const known = sources.get(place) ?? sourceOf(document, place);
      sources.set(place, known);
      return known;
    },
  };
}

/**
 * Returns the pairs of a comparison. The blocks have these types, because the code that writes them
 * uses the same types.
 */
function sourceOf(document: ParentNode, place: number): PairSource {
  const restBlocks = blocksOf(document, `rest-${place}`).map((element) =>
    once(async () => (await decodeBlock(element)) as EmbeddedPair<EmbeddedRest>[]),
  );
  const rows = once(async () => {
    const blocks = await Promise.all(blocksOf(document, `rows-${place}`).map(decodeBlock));
    const pairs = (blocks as EmbeddedPair<ReportRow>[][]).flat();
    return pairs.map((pair, index): PairRow => ({ index, ...pair }));
  });
  return {
    rows,
    async record(index) {
      const row = (await rows())[index];
      const rests = await restBlocks[Math.floor(index / rowsABlock)]?.();
      const rest = rests?.[index % rowsABlock];
      if (!row || !rest) throw new Error(`This page has no pair ${index}.`);
      return { first: recordOf(row.first, rest.first), second: recordOf(row.second, rest.second) };
    },
  };
}
