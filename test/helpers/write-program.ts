import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a shell script that can be run as a program. */
export function writeProgram(path: string, ...lines: readonly string[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
  return path;
}
