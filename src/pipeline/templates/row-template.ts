/** Jinja templates and expressions over the columns of a row. */
import { computed } from "../../domain/computed.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { Row } from "../../domain/graph/graph.js";
import { errorText } from "../../domain/failure/error-text.js";
import { parseTemplate } from "./jinja.js";
import type { ParsedTemplate } from "./jinja.js";
import { columnsOfTemplate } from "./template-columns.js";
import type { TemplateColumns } from "./template-columns.js";
import { unknownNames } from "./unknown-names.js";
import type { UnknownName } from "./unknown-names.js";

export class RowTemplate {
  readonly columns: TemplateColumns;
  readonly #text: string;
  readonly #template: ParsedTemplate;

  /**
   * Parses a template. Throws for a text that is not a template. Unknown filters are allowed,
   * because existing runs may have them in a part that no row reaches.
   */
  constructor(text: string) {
    this.#text = text;
    this.#template = parseTemplate(text);
    this.columns = columnsOfTemplate(this.#template.program);
  }

  /** Returns the filters and tests that fail each row that reaches them. */
  unknownNames(): readonly UnknownName[] {
    return unknownNames(this.#text, this.#template.program);
  }

  /**
   * Renders the template. Throws a `RowError` for a missing column, and for a value that the
   * template cannot use.
   */
  render(row: Row): string {
    const { reads, mayRead } = this.columns;
    const missing = reads.filter((column) => !Object.hasOwn(row, column));
    if (missing.length > 0) {
      throw new RowError(
        "MissingColumn",
        `Expected the columns of the template (${reads.join(", ")}), missing is ${missing.join(", ")}.`,
      );
    }
    const names = [...reads, ...mayRead].filter((column) => Object.hasOwn(row, column));
    try {
      return this.#template.render(Object.fromEntries(names.map((name) => [name, row[name]])));
    } catch (error) {
      throw new RowError("Template", `The template fails for this row: ${errorText(error)}.`);
    }
  }
}

/** A condition for rows: `score >= 4 and language == "en"`. */
export class RowCondition {
  readonly columns: TemplateColumns;
  readonly #template: RowTemplate;

  /** Parses an expression. Throws for a text that is not an expression. */
  constructor(expression: string) {
    const text = `{% if ${expression} %}true{% endif %}`;
    const { body } = parseTemplate(text).program;
    if (body.length !== 1 || /%\}|\{%/.test(expression)) {
      throw new Error(`${JSON.stringify(expression)} is no expression.`);
    }
    this.#template = new RowTemplate(text);
    this.columns = this.#template.columns;
  }

  unknownNames(): readonly UnknownName[] {
    return this.#template.unknownNames();
  }

  holds(row: Row): boolean {
    return this.#template.render(row) === "true";
  }
}

const templates = new Map<string, RowTemplate>();
const conditions = new Map<string, RowCondition>();

/**
 * Returns the template of a text, which is parsed once. Throws for a text that is not a template.
 */
export function rowTemplate(text: string): RowTemplate {
  return computed(templates, text, () => new RowTemplate(text));
}

/**
 * Returns the condition of a text, which is parsed once. Throws for a text that is not an
 * expression.
 */
export function rowCondition(expression: string): RowCondition {
  return computed(conditions, expression, () => new RowCondition(expression));
}
