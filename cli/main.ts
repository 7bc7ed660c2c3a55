#!/usr/bin/env -S node --
// After `--` Node leaves all flags to us; without it, it looks for the file of our --env-file itself.
import { processTerminal } from "./output/terminal/terminal.js";
import { runCli } from "./command-line/run-cli.js";

process.exitCode = await runCli(process.argv.slice(2), processTerminal());
