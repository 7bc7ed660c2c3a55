import type { JsonValue } from "./json.js";
import { isJsonObject } from "./json.js";
import { parseJsonText } from "./json-text.js";

/**
 * Returns the result of Python's `str()` for a JSON value. The value is given as JSON text, which
 * keeps `1.0` different from `1`; inside lists and objects `1.0` becomes `1`. prompto uses this
 * text in ids and filled templates.
 */
export function pythonText(json: string): string {
  const text = json.trim();
  if (/^-?\d+$/.test(text)) return text;
  const value = parseJsonText(text);
  if (typeof value === "string") return value;
  return typeof value === "number" ? pythonFloat(value) : pythonRepresentation(value);
}

/** Returns the result of Python's `repr()`. */
function pythonRepresentation(value: JsonValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") {
    return Number.isInteger(value) && Math.abs(value) < 1e16
      ? value.toString()
      : pythonFloat(value);
  }
  if (typeof value === "string") return quoted(value);
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => `${quoted(key)}: ${pythonRepresentation(member)}`,
    );
    return `{${members.join(", ")}}`;
  }
  return `[${value.map((item: JsonValue) => pythonRepresentation(item)).join(", ")}]`;
}

function pythonFloat(value: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) {
    const digits = Math.abs(power).toString().padStart(2, "0");
    return `${mantissa}e${power < 0 ? "-" : "+"}${digits}`;
  }
  return Number.isInteger(value) ? `${value}.0` : value.toString();
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/[\\\n\r\t]|\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, "0");
    return escapes[character] ?? `\\x${code}`;
  });
  return `${mark}${mark === "'" ? inner.replaceAll("'", "\\'") : inner}${mark}`;
}
