import type { LineScoring } from "../../domain/scores/line-scoring.js";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { createScoreTable } from "./score-table.js";
import { openScoring } from "./scoring.js";
import type { ScoringOptions } from "./scoring.js";

const fewestLines = 100;
const mostLines = 1_000;
const mostCharacters = 4 << 20;

/** Opens scorers for a stream of lines. Holds one batch in memory. */
export async function openLineScoring(
  settings: readonly ScorerSetting[],
  options: ScoringOptions = {},
): Promise<LineScoring> {
  const scoring = await openScoring(settings, options);
  const table = createScoreTable(scoring.scorers.map(({ key }) => key));
  const wanted = Math.max(...scoring.scorers.map(({ batchSize = 0 }) => batchSize));
  const lineCount = Math.min(mostLines, Math.max(fewestLines, wanted));

  async function* scoreBatch<Line extends { readonly text: string }>(
    batch: readonly Line[],
  ): AsyncGenerator<Line, void, undefined> {
    const scored = await scoring.score(batch.map(({ text }) => text));
    for (const [index, line] of batch.entries()) {
      const result = scored[index];
      if (!result) throw new Error("Expected a scored line for each line.");
      table.add(result);
      yield { ...line, text: result.text };
    }
  }

  return {
    async *score(lines) {
      for await (const batch of inBatches(lines, lineCount)) yield* scoreBatch(batch);
    },
    rows: table.rows,
    close: scoring.close,
  };
}

async function* inBatches<Line extends { readonly text: string }>(
  lines: AsyncIterable<Line>,
  lineCount: number,
): AsyncGenerator<readonly Line[], void, undefined> {
  let batch: Line[] = [];
  let size = 0;
  for await (const line of lines) {
    batch.push(line);
    size += line.text.length;
    if (batch.length < lineCount && size < mostCharacters) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
