import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { endWorkerText } from "../../../src/client/worker/end-worker-text.js";

test("a worker that its command would start again is ended with the command", () => {
  expect(endWorkerText({ role: "background", pid: 7 })).toContain("`ostinato down`");
  expect(endWorkerText({ role: "foreground", pid: 7 })).toContain("`kill 7`");
  const text = endWorkerText({ role: "child", pid: process.pid });
  const [, words = ""] = /`kill \$\((.*)\)`/.exec(text) ?? [];
  expect(Number(execFileSync("sh", ["-c", words]).toString())).toBe(process.ppid);
});
