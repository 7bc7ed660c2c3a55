/** Reads promptflow's `flow.flex.yaml`. */
import { defined } from "../../domain/defined.js";
import type { CodeFlow, CodePlace } from "../../domain/flow/flow.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { DagFile } from "./dag-file.js";
import { defaultLanguages } from "./flow-reading.js";
import { readFlowInputs } from "./flow-inputs.js";
import { descriptionOf, flowName } from "./flow-name.js";

const keys = (
  "$schema name display_name description type version language entry path inputs outputs init sample tags " +
  "environment environment_variables additional_includes message_format"
).split(" ");

/** Reads a flex flow. Returns `undefined` if its entry cannot be read. */
export async function readFlexFlow(
  value: JsonObject,
  file: DagFile,
): Promise<CodeFlow | undefined> {
  const { findings, options } = file;
  findings.warnOfKeys(value, keys);
  const inputs = readFlowInputs(value["inputs"], findings);
  const init = initOf(value["init"], options.init ?? {}, file);
  const code = await entryOf(value, file);
  if (!code) return undefined;
  return {
    kind: "code",
    name: flowName(value["name"], file),
    ...descriptionOf(value),
    inputs,
    code,
    ...defined({ init }),
  };
}

/**
 * Returns the arguments of the run, otherwise the defaults in the file. A class may have further
 * defaults.
 */
function initOf(
  given: JsonValue | undefined,
  chosen: JsonObject,
  { findings }: DagFile,
): JsonObject | undefined {
  if (given !== undefined && given !== null && !isJsonObject(given)) {
    findings.problem(["init"], "Expected `init` to be an object with the arguments by name.");
    return undefined;
  }
  const defaults = Object.entries(given ?? {}).flatMap(([name, argument]) => {
    const fallback = isJsonObject(argument) ? argument["default"] : undefined;
    return fallback === undefined ? [] : [[name, fallback] as const];
  });
  const init = { ...Object.fromEntries(defaults), ...chosen };
  return Object.keys(init).length === 0 ? undefined : init;
}

async function entryOf(value: JsonObject, file: DagFile): Promise<CodePlace | undefined> {
  const { findings, folder } = file;
  const { entry } = value;
  const language = languageOf(value, file);
  const parts = typeof entry === "string" ? /^([^:#]+)[:#]([\w$.]+)$/.exec(entry) : null;
  if (!parts) {
    const got = entry === undefined ? "nothing" : JSON.stringify(entry);
    const message = `Expected \`entry\` to be \`module:function\` or \`module:Class\`, got ${got}.`;
    if (language !== undefined) findings.problem(["entry"], message);
    return undefined;
  }
  const [, module = "", name = ""] = parts;
  const candidates = filesOf(module);
  for (const candidate of candidates) {
    if ((await folder.find(candidate)) === undefined) continue;
    return language === undefined ? undefined : { language, file: candidate, name };
  }
  const message = `The module "${module}" of \`entry\` does not exist: there is no ${candidates.join(" or ")} in ${folder.folder}.`;
  findings.problem(["entry"], message);
  return undefined;
}

/**
 * Returns the files that a module name can mean. A Python module separates folders by dots; a file
 * of another language has its suffix.
 */
function filesOf(module: string): readonly string[] {
  if (/\.[cm]?[jt]s$/.test(module) || module.endsWith(".py")) return [module];
  const path = module.replaceAll(".", "/");
  return [`${path}.py`, `${path}/__init__.py`];
}

function languageOf(
  { language, entry }: JsonObject,
  { findings, options }: DagFile,
): string | undefined {
  const module = typeof entry === "string" ? (entry.split(/[:#]/)[0] ?? "") : "";
  const found = language ?? (/\.[cm]?[jt]s$/.test(module) ? "typescript" : "python");
  const known = options.languages ?? defaultLanguages;
  if (typeof found === "string" && known.includes(found)) return found;
  const message = `The flow is written in ${JSON.stringify(found)}, for which there is no executor. Known: ${known.join(", ")}.`;
  findings.problem(language === undefined ? ["entry"] : ["language"], message);
  return undefined;
}
