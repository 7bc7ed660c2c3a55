#!/usr/bin/env -S node --
// After `--`, Node.js passes all flags to us. Without it, Node.js would read the file of our
// --env-file.
import * as nodeModule from "node:module";
import { processTerminal } from "./output/terminal/terminal.js";
import { runCli } from "./command-line/run-cli.js";

// From Node.js 22.8 on, compiled code is cached between calls. On Node.js 24, commands then load
// with a fifth less processor time. The types are those of Node.js 20, which lacks this function.
(nodeModule as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();

process.exitCode = await runCli(process.argv.slice(2), processTerminal());
