import { writeFileSync } from "node:fs";

/** Writes the numbers of passed, failed and skipped tests to the file in OSTINATO_TEST_COUNTS. */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") counts.passed += 1;
        else if (state === "failed") failedTests += 1;
        else counts.skipped += 1;
      }
      // A file that failed to load, or whose hooks failed, has no failed test.
      counts.failed += failedTests > 0 || module.ok() ? failedTests : 1;
    }
    writeFileSync(process.env.OSTINATO_TEST_COUNTS, JSON.stringify(counts));
  }
}
