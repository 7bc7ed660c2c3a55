import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  endProcess,
  identityOf,
  isAlive,
} from "../../../src/local-server/worker/process-identity.js";

/** Runs until it is ended; says when it is there. */
async function startProgram(code: string) {
  const child = spawn(process.execPath, [
    "-e",
    `${code}; setInterval(() => {}, 1000); console.log("there")`,
  ]);
  await once(child.stdout, "data");
  const identity = identityOf(child.pid ?? 0);
  if (!identity) throw new Error("Expected the program to run.");
  return { child, identity };
}

describe("identityOf", () => {
  it("is the same at every look, and tells a process from another", async () => {
    const self = identityOf(process.pid);
    expect(identityOf(process.pid)).toEqual(self);
    const { child, identity } = await startProgram("");
    expect(identity.startTime).not.toBe(self?.startTime);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(identityOf(identity.pid)).toBeUndefined();
  });
});

describe("isAlive", () => {
  it("does not take a process for another that had its pid", () => {
    expect(isAlive({ pid: process.pid, startTime: "long ago" })).toBe(false);
  });
});

describe("endProcess", () => {
  it("lets a process end itself", async () => {
    const { child, identity } = await startProgram("process.on('SIGTERM', () => process.exit(7))");
    const ended = once(child, "exit");
    await endProcess(identity, 60_000);
    expect(isAlive(identity)).toBe(false);
    expect(await ended).toEqual([7, null]);
  });

  it("kills one that does not", async () => {
    const { child, identity } = await startProgram("process.on('SIGTERM', () => {})");
    const ended = once(child, "exit");
    await endProcess(identity, 300);
    expect(isAlive(identity)).toBe(false);
    expect(await ended).toEqual([null, "SIGKILL"]);
  });

  it("leaves a process alone that was given the pid of the one that is meant", async () => {
    const { child, identity } = await startProgram("");
    await endProcess({ pid: identity.pid, startTime: "long ago" }, 100);
    expect(isAlive(identity)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
  });
});
