/** Finds the lines of a run's input by the ids that people know. */
import { isJsonObject } from "../../domain/json/json.js";
import { layOutObject, parseJsonText } from "../../domain/json/json-text.js";
import type { Manifest } from "../../domain/experiment/experiment.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import type { OrderedLine } from "../index/input-order.js";

/** Keys by which a record is looked up, in this order. */
const idKeys = ["id", "line_number", "row_id"];

/** The files of a run in which a record is looked up. */
export interface RecordSearch {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly blocks: FileBlocks;
}

/**
 * Returns the first record, and the following records with the same id. One line makes a record per
 * model.
 */
export async function findRecordLines(
  search: RecordSearch,
  id: string,
  model: string | undefined,
): Promise<readonly OrderedLine[]> {
  const most = model === undefined ? mostAlike : 1;
  let byLine: OrderedLine | undefined;
  const alike: OrderedLine[] = [];
  for await (const line of linesOfModel(search, model)) {
    const isAtLine = line.entry.line.toString() === id;
    if (isAtLine && !(await isNumbered(search, line))) byLine ??= line;
    if (await hasId(search, line, id)) alike.push(line);
    else if (alike.length > 0) break;
    if (alike.length === most) break;
  }
  return alike.length > 0 || !byLine ? alike : [byLine];
}

async function* linesOfModel(
  { directory, manifest }: RecordSearch,
  model: string | undefined,
): AsyncGenerator<OrderedLine, void, undefined> {
  const slugs = manifest.groups.map(({ slug }) => slug);
  for await (const line of inInputOrder(directory, slugs)) {
    if (model === undefined || manifest.targets[line.entry.target] === model) yield line;
  }
}

async function hasId(search: RecordSearch, line: OrderedLine, id: string): Promise<boolean> {
  const text = await inputTextOf(search, line);
  return text.includes(id) && idsIn(text).includes(id);
}

/** Returns true for a line of a batch run: its number is not that of a line of the input. */
async function isNumbered(search: RecordSearch, line: OrderedLine): Promise<boolean> {
  return lineNumberIn(await inputTextOf(search, line)) !== undefined;
}

/** Returns the text of a line of the input. */
export async function inputTextOf(
  { manifest, blocks }: RecordSearch,
  { entry: { offset, length } }: OrderedLine,
): Promise<string> {
  return blocks.readText(manifest.inputPath, offset, length);
}

/** Maximum number of records with the same id. An experiment has fewer models. */
const mostAlike = 50;

/** Returns the ids by which `why` finds the record of a line. A number has its digits of the line. */
export function idsIn(text: string): readonly string[] {
  const value = parseJsonText(text);
  if (!isJsonObject(value)) return [];
  return idKeys.flatMap((key) => {
    const id = value[key];
    if (typeof id === "string") return [id];
    return typeof id === "number" ? [writtenAt(text, key), id.toString()] : [];
  });
}

/** Returns the value of a key as it stands in the line. A double rounds integers beyond 2^53. */
function writtenAt(text: string, key: string): string {
  const member = layOutObject(text).members.findLast((one) => one.key === key);
  return text.slice(member?.valueStart, member?.valueEnd).trim();
}

/** Returns the `line_number` in the text of a line; `undefined` if it has none. */
export function lineNumberIn(text: string): number | undefined {
  const value = parseJsonText(text);
  const number = isJsonObject(value) ? value["line_number"] : undefined;
  return typeof number === "number" ? number : undefined;
}
