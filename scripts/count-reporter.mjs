import { writeFileSync } from "node:fs";

/** Writes how many tests passed, failed and were skipped to the file that OSTINATO_TEST_COUNTS names. */
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
      // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
      counts.failed += failedTests > 0 || module.ok() ? failedTests : 1;
    }
    writeFileSync(process.env.OSTINATO_TEST_COUNTS, JSON.stringify(counts));
  }
}
