import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const folder = resolve(import.meta.dirname);
const pipelineBuilder = fileURLToPath(
  new URL("../../../src/pipeline/builder/index.ts", import.meta.url),
);

const optionsWith = (builder: string): ts.CompilerOptions => ({
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  paths: { ostinato: [builder] },
});

export interface CheckedModule {
  /** The compiler's messages. */
  readonly errors: readonly string[];
  /** Processor time of the check of this module, without reading and parsing. */
  readonly checkedInMs: number;
}

/** Checks modules that import `ostinato`, by their names. */
export function checkTypes<Name extends string>(
  texts: Readonly<Record<Name, string>>,
  builder = pipelineBuilder,
): Readonly<Record<Name, CheckedModule>> {
  const files = new Map(Object.entries<string>(texts).map(([name, text]) => [pathOf(name), text]));
  const options = optionsWith(builder);
  const program = ts.createProgram([...files.keys()], options, hostWith(files, options));
  const checked = Object.keys(texts).map((name) => {
    const before = process.cpuUsage();
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(pathOf(name)));
    const { user, system } = process.cpuUsage(before);
    const errors = found.map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
    return [name, { errors, checkedInMs: (user + system) / 1000 }];
  });
  // Made of the names of the texts.
  return Object.fromEntries(checked) as Record<Name, CheckedModule>;
}

function pathOf(name: string): string {
  return resolve(folder, `${name}.virtual.ts`);
}

/** A host with files that are not on the disk. */
function hostWith(
  files: ReadonlyMap<string, string>,
  options: ts.CompilerOptions,
): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (path) => files.has(resolve(path)) || host.fileExists(path),
    readFile: (path) => files.get(resolve(path)) ?? host.readFile(path),
    getSourceFile: (path, target) => {
      const text = files.get(resolve(path));
      if (text === undefined) return host.getSourceFile(path, target);
      return ts.createSourceFile(path, text, target, true);
    },
  };
}
