#!/usr/bin/env -S node --
// After `--`, Node.js passes all flags to us. Without it, Node.js would read the file of our
// --env-file.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import type * as program from "./program.js";

// From Node.js 22.8 on, compiled code is cached between calls. On Node.js 24, commands then load
// with a fifth less processor time. The types are those of Node.js 20, which lacks this function.
(nodeModule as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();

// The bundle of cli/program.ts starts 0.1 s sooner than the compiled modules.
const bundle = new URL("../cli-bundle/program.js", import.meta.url);
const { runProgram } = existsSync(bundle)
  ? ((await import(bundle.href)) as typeof program)
  : await import("./program.js");

process.exitCode = await runProgram();
