import { asSentence } from "../../pipeline/templates/as-sentence.js";
import { templateFault } from "../templates/template-fault.js";
import { variablesOf } from "../templates/flow-template.js";
import type { DagFile } from "./dag-file.js";
import { sourcePath } from "./node-being-read.js";
import type { NodeBeingRead } from "./node-being-read.js";

export interface TemplateOfNode {
  readonly template: string;
  readonly templateFile: string;
}

/**
 * Returns the template of a node, which has no syntax errors.
 *
 * @param reserved names of the tool's own parameters, which a template cannot read
 */
export async function readTemplate(
  node: NodeBeingRead,
  file: DagFile,
  reserved: readonly string[],
): Promise<TemplateOfNode | undefined> {
  const inline = node.given["template"];
  if (typeof inline === "string") {
    const own = { template: inline, templateFile: file.findings.file };
    const fault = templateFault(inline);
    if (!fault) return checked(own, node, { file, reserved });
    const { line, column, message } = fault;
    const place = `line ${line}, column ${column}`;
    node.problem(
      ["template"],
      `its template has a syntax error in ${place}: ${asSentence(message)}`,
    );
    return undefined;
  }
  const path = await sourcePath(node, file);
  const template = path === undefined ? undefined : await file.folder.text(path);
  if (path === undefined || template === undefined) return undefined;
  const fault = templateFault(template);
  if (!fault) return checked({ template, templateFile: path }, node, { file, reserved });
  const { line, column, message } = fault;
  file.findings.problems.push({
    file: path,
    line,
    column,
    node: node.name,
    message: `The template of the node "${node.name}" has a syntax error: ${asSentence(message)}`,
  });
  return undefined;
}

function checked(
  own: TemplateOfNode,
  node: NodeBeingRead,
  { file, reserved }: { readonly file: DagFile; readonly reserved: readonly string[] },
): TemplateOfNode | undefined {
  const { template, templateFile: path } = own;
  const read = variablesOf(template);
  const taken = read.filter((name) => reserved.includes(name));
  if (taken.length > 0) {
    const names = taken.map((name) => `\`${name}\``).join(", ");
    const message = `its template ${path} reads ${names}, and the tool has a parameter of that name. Give the input another name.`;
    node.problem(["inputs"], message);
    return undefined;
  }
  const missing = read.filter((name) => !Object.hasOwn(node.inputs, name));
  if (missing.length > 0) {
    const message = `The node "${node.name}": its template ${path} reads ${missing.join(", ")}, which is no input of the node and renders as empty text.`;
    file.findings.warn([...node.path, "inputs"], message, node.name);
  }
  return own;
}
