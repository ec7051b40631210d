import type { Reporter } from 'vitest/node';

/** Prints `8 passed, 0 failed` as the very last line, for programs that read the output. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
      for (const module of modules) {
        // A file that can't be loaded has no tests that could fail.
        if (module.errors().length > 0) count.failed += 1;
        for (const test of module.children.allTests()) count[test.result().state] += 1;
      }
      const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
      process.on('exit', () => console.log(`${count.passed} passed, ${count.failed} failed${skipped}`));
    },
  };
}
