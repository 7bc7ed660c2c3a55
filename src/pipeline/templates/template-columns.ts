/**
 * Finds the columns that a Jinja template reads: its variables, except for those that it sets
 * itself.
 */
import type { Program } from "./jinja.js";

export interface TemplateColumns {
  readonly reads: readonly string[];
  /** Columns that are tested by `is defined` or have a `default`. They may be absent. */
  readonly mayRead: readonly string[];
}

/** A node of the syntax tree. Its keys depend on its type. */
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Names that Jinja defines. */
const globals = new Set(
  "true false none True False None range strftime_now raise_exception namespace loop caller".split(
    " ",
  ),
);

export function columnsOfTemplate(program: Program): TemplateColumns {
  const finder = new ColumnFinder();
  finder.visit(program.body);
  const { found, optional } = finder;
  return {
    reads: [...found].filter((name) => !optional.has(name)),
    mayRead: [...optional],
  };
}

class ColumnFinder {
  readonly found = new Set<string>();
  readonly optional = new Set<string>();
  /** Names that the template has set before the current node. */
  #own = new Set<string>();
  /** Visits by node type. All parts of other nodes are visited. */
  readonly #visits: Readonly<Record<string, (node: Node) => void>> = {
    Identifier: ({ value }) => this.#read(String(value), this.found),
    MemberExpression: (node) => this.#visitMember(node),
    KeywordArgumentExpression: ({ value }) => this.visit(value),
    // The operators of these nodes are tokens that look like nodes.
    BinaryExpression: ({ left, right }) => this.visit([left, right]),
    UnaryExpression: ({ argument }) => this.visit(argument),
    TestExpression: (node) => this.#visitTest(node),
    FilterExpression: (node) => this.#visitFilter(node),
    FilterStatement: ({ filter, body }) => this.visit([argumentsOf(filter), body]),
    Set: ({ assignee, value, body }) => {
      this.visit([value, body]);
      this.#set(assignee);
    },
    For: (node) => this.#visitLoop(node),
    Macro: (node) => this.#visitMacro(node),
    CallStatement: (node) => this.#visitMacro(node),
    Comment: () => undefined,
  };

  visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.visit(item);
    } else if (value instanceof Map) {
      for (const [key, item] of value) this.visit([key, item]);
    } else if (isNode(value)) {
      this.#visitNode(value);
    }
  }

  #visitNode(node: Node): void {
    const visit = this.#visits[node.type];
    if (visit) visit(node);
    else
      this.visit(Object.entries(node).flatMap(([key, value]) => (key === "type" ? [] : [value])));
  }

  #visitTest({ test, operand }: Node): void {
    if (nameOf(test) === "defined") this.#mayRead(operand);
    this.visit(operand);
  }

  #visitFilter({ filter, operand }: Node): void {
    if (nameOf(filter) === "default") this.#mayRead(operand);
    this.visit([operand, argumentsOf(filter)]);
  }

  #visitMember({ object, property, computed }: Node): void {
    this.visit(object);
    if (computed === true) this.visit(property);
  }

  #visitLoop(node: Node): void {
    const { iterable, loopvar, body, defaultBlock } = node;
    const isSelect = isNode(iterable) && iterable.type === "SelectExpression";
    this.visit(isSelect ? iterable["lhs"] : iterable);
    this.#inside(() => {
      this.#set(loopvar);
      this.visit([isSelect ? iterable["test"] : [], body]);
    });
    this.visit(defaultBlock);
  }

  #visitMacro({ type, name, args, call, callerArgs, body }: Node): void {
    const parameters = (type === "Macro" ? args : callerArgs) ?? [];
    this.visit(call);
    if (type === "Macro") this.#set(name);
    this.#inside(() => {
      for (const parameter of Array.isArray(parameters) ? parameters : []) {
        if (isNode(parameter) && parameter.type === "KeywordArgumentExpression") {
          this.visit(parameter);
          this.#set(parameter["key"]);
        } else {
          this.#set(parameter);
        }
      }
      this.visit(body);
    });
  }

  /** Visits a scope. Names that are set inside it are unknown after it. */
  #inside(visit: () => void): void {
    const before = this.#own;
    this.#own = new Set(before);
    visit();
    this.#own = before;
  }

  #set(target: unknown): void {
    if (!isNode(target)) return;
    if (target.type === "Identifier") this.#own.add(String(target["value"]));
    else if (target.type === "TupleLiteral" && Array.isArray(target["value"]))
      target["value"].forEach((item) => this.#set(item));
  }

  #mayRead(node: unknown): void {
    if (isNode(node) && node.type === "Identifier")
      this.#read(String(node["value"]), this.optional);
  }

  #read(name: string, names: Set<string>): void {
    if (!globals.has(name) && !this.#own.has(name)) names.add(name);
  }
}

/** Returns the name of a test or a filter, which may be called with arguments. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Identifier") return String(node["value"]);
  return node.type === "CallExpression" ? nameOf(node["callee"]) : undefined;
}

function argumentsOf(node: unknown): unknown {
  return isNode(node) && node.type === "CallExpression" ? node["args"] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && !("length" in value);
}
