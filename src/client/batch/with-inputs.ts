import type { FlowInput, RoleFlow } from "../../domain/flow/flow.js";
import { lineNumberColumn } from "../../domain/flow/inputs/line-number.js";
import { openLineSources } from "./line-sources.js";
import type { ReadLinesOptions } from "./read-lines.js";

/**
 * Returns the flow with its inputs. If its code declares no inputs, the mapping names them,
 * otherwise the columns of `data`.
 */
export async function withInputs(
  flow: RoleFlow,
  { settings, ...places }: ReadLinesOptions,
): Promise<RoleFlow> {
  if (Object.keys(flow.inputs).length > 0) return flow;
  const { mapping = {}, inputs: given } = settings;
  const mapped = Object.keys(mapping);
  const names = new Set(mapped.length > 0 ? mapped : await columnsOfData(given, places));
  names.delete(lineNumberColumn);
  const anyValue: FlowInput = { type: "any" };
  return { ...flow, inputs: Object.fromEntries([...names].map((name) => [name, anyValue])) };
}

async function columnsOfData(
  given: ReadLinesOptions["settings"]["inputs"],
  places: Omit<ReadLinesOptions, "settings">,
): Promise<ReadonlySet<string>> {
  const columns = new Set<string>();
  const { data } = given;
  if (data === undefined) return columns;
  for (const { rows, close } of await openLineSources({ data }, places, () => undefined)) {
    for await (const row of rows()) Object.keys(row).forEach((column) => columns.add(column));
    await close?.();
  }
  return columns;
}
