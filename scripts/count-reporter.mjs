import { writeFileSync } from "node:fs";

const slowestCount = 10;

/**
 * Writes the numbers of passed, failed and skipped tests, the tests that passed after a retry with
 * their first errors, and the slowest files to the file in OSTINATO_TEST_COUNTS.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, retried: [] };
    const slowest = modules
      .map((module) => ({ file: module.relativeModuleId, ms: millisecondsOf(module) }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, slowestCount);
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state, errors = [] } = test.result();
        if (test.diagnostic()?.flaky) {
          counts.retried.push({ name: nameOf(module, test), error: textOf(errors[0]) });
        }
        if (state === "passed") counts.passed += 1;
        else if (state === "failed") failedTests += 1;
        else counts.skipped += 1;
      }
      // A file that failed to load, or whose hooks failed, has no failed test.
      counts.failed += failedTests > 0 || module.ok() ? failedTests : 1;
    }
    writeFileSync(process.env.OSTINATO_TEST_COUNTS, JSON.stringify({ ...counts, slowest }));
  }
}

/** Time that the file took: its imports, hooks and tests. */
function millisecondsOf(module) {
  const { collectDuration, duration } = module.diagnostic();
  return Math.round(collectDuration + duration);
}

function nameOf(module, test) {
  return `${module.relativeModuleId} > ${test.fullName}`;
}

/** The message of an error and the line of the test that failed. */
function textOf({ message = "", stack = "" } = {}) {
  const line = stack.split("\n").find((each) => each.includes(".test.ts"));
  return [message, line?.trim()].filter(Boolean).join("\n");
}
