import type { CompletedFile } from "./completed-file.js";
import { exactly } from "./figures.js";
import type { Figure } from "./figures.js";

/**
 * Returns figures for a sound file: every record of the input has one line, in order, with its own
 * answer.
 */
export function soundFigures(file: CompletedFile, records: number): readonly Figure[] {
  return [
    exactly({ what: "completed records", measured: file.completed }, records),
    exactly({ what: "records lost", measured: file.lost }, 0),
    exactly({ what: "records twice in the completed file", measured: file.twice }, 0),
    exactly({ what: "answers to another prompt", measured: file.wrongAnswers }, 0),
    exactly({ what: "lines in input order (1 = yes)", measured: Number(file.inInputOrder) }, 1),
  ];
}
