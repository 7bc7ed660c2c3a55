import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Shows live progress as on a terminal, and is interrupted so often. */
function interrupted(times: number, apartMs = 400) {
  const program = `
    process.stderr.isTTY = true;
    const { createLogUpdate } = await import("log-update");
    const { untilInterrupted } = await import("./dist/cli/following/until-interrupted.js");
    const { signal } = untilInterrupted();
    createLogUpdate(process.stderr)("progress");
    signal.addEventListener("abort", () => console.log("detaching"));
    const interrupt = () => process.kill(process.pid, "SIGINT");
    const apartMs = ${apartMs.toString()};
    for (let time = 0; time < ${times.toString()}; time++) setTimeout(interrupt, apartMs * time);
    setTimeout(() => console.log("detached"), 1500);
  `;
  const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: repository,
    encoding: "utf8",
  });
  return { stdout, signal };
}

test("the first Ctrl-C lets a command with live progress say what becomes of the experiment", () => {
  expect(interrupted(1)).toEqual({ stdout: "detaching\ndetached\n", signal: null });
});

test("the second Ctrl-C ends the process at once", () => {
  expect(interrupted(2)).toEqual({ stdout: "detaching\n", signal: "SIGINT" });
});

test("one Ctrl-C that npx passes on a second time is one", () => {
  expect(interrupted(2, 20)).toEqual({ stdout: "detaching\ndetached\n", signal: null });
});
