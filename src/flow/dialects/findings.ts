/** The problems and warnings of a flow file, with their places, while it is read. */
import { defined } from "../../domain/defined.js";
import { hintOf, inBackticks, nearestMatch } from "../../domain/nearest-match.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { offsetOf, parsePlaced } from "../../pipeline/definition/placed-document.js";
import type { PlacedDocument } from "../../pipeline/definition/placed-document.js";
import { errorText } from "../../domain/failure/error-text.js";
import type { ReadProblem } from "./flow-reading.js";

export type Path = readonly (string | number)[];

export class Findings {
  readonly problems: ReadProblem[] = [];
  readonly warnings: ReadProblem[] = [];
  readonly file: string;
  readonly #placed: PlacedDocument;
  /** Number of lines before the YAML, as in a prompty file. */
  readonly #before: number;

  constructor(file: string, text: string, before = 0) {
    this.file = file;
    this.#before = before;
    this.#placed = parsePlaced(text);
    for (const { message, pos } of this.#placed.document.errors) {
      const text = `The file can't be read: ${message.replace(/\.$/, "")}.`;
      this.problems.push({ file, ...this.#lineOf(pos[0]), message: text });
    }
  }

  /** Returns the values of the file; `undefined` if it is not YAML. */
  value(): JsonValue | undefined {
    if (this.problems.length > 0) return undefined;
    try {
      // YAML's core schema yields JSON values, and NaN and Infinity, which no flow file needs.
      return (this.#placed.document.toJS() ?? {}) as JsonValue;
    } catch (error) {
      const message = `The file can't be read: ${errorText(error)}.`;
      this.problems.push({ file: this.file, message });
      return undefined;
    }
  }

  problem(path: Path, message: string, node?: string): void {
    this.problems.push(this.#placedAt(path, message, node));
  }

  warn(path: Path, message: string, node?: string): void {
    this.warnings.push(this.#placedAt(path, message, node));
  }

  /** Warns of unknown keys. They are no problem, because promptflow ignores them. */
  warnOfKeys(given: JsonObject, known: readonly string[], path: Path = []): void {
    for (const key of Object.keys(given).filter((each) => !known.includes(each))) {
      const nearest = nearestMatch(key, known);
      const hint = nearest === undefined ? "" : ` Did you mean ${inBackticks(nearest)}?`;
      this.warn([...path, key], `\`${key}\` is unknown here and ignored.${hint}`);
    }
  }

  unknown(path: Path, { what, name, known, node }: UnknownName): void {
    const hint = known.length === 0 ? "" : ` ${hintOf(name, known)}`;
    this.problem(path, `${what}.${hint}`, node);
  }

  #placedAt(path: Path, message: string, node?: string): ReadProblem {
    const offset = offsetOf(this.#placed.document, path);
    const place = offset === undefined ? {} : this.#lineOf(offset);
    return { file: this.file, ...place, ...defined({ node }), message };
  }

  #lineOf(offset: number): { readonly line: number; readonly column: number } {
    const { line, column } = this.#placed.placeAt(offset);
    return { line: line + this.#before, column };
  }
}

export interface UnknownName {
  /** Sentence before the hint, without its period. */
  readonly what: string;
  readonly name: string;
  readonly known: readonly string[];
  readonly node?: string;
}
