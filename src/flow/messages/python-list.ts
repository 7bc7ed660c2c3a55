/** Reads a list in Python's notation: `[{'id': 'a', 'done': True, 'rest': None}]`. */
import { isJsonArray } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { parseIfJson } from "../../domain/json/parse-json.js";

const words: Readonly<Record<string, string>> = { True: "true", False: "false", None: "null" };

/** Returns a list of literals, without evaluating anything; `undefined` for any other text. */
export function readPythonList(text: string): readonly JsonValue[] | undefined {
  const token = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\b(?:True|False|None)\b/gs;
  const json = text.replace(token, (found) => words[found] ?? JSON.stringify(unescaped(found)));
  const value = parseIfJson(json);
  return value !== undefined && isJsonArray(value) ? value : undefined;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescaped(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gis, (_whole, ...groups: string[]) => {
      const [short, long, character = ""] = groups;
      const code = short ?? long;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return escapes[character] ?? character;
    });
}
