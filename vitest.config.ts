import { defineConfig } from 'vitest/config';
import { chromiumPath } from './scripts/local-slack/chromium.ts';
import { closingLine } from './test/closing-line.ts';

const needsLocalAws = ['test/local-aws/**/*.test.ts', 'test/faults/**/*.test.ts'];
const needsBrowser = ['test/browser/**/*.test.ts'];
const hasBrowser = chromiumPath() !== undefined;

if (!hasBrowser) {
  console.error('Browser tests are left out: there is no /usr/bin/chromium, and CHROMIUM names no other.');
}

export default defineConfig({
  test: {
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    reporters: ['default', closingLine()],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...needsLocalAws, ...needsBrowser] },
      },
      {
        extends: true,
        test: {
          name: 'local-aws',
          include: needsLocalAws,
          globalSetup: ['test/local-aws/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      ...(hasBrowser ? [{ extends: true as const, test: { name: 'browser', include: needsBrowser } }] : []),
    ],
    coverage: {
      provider: 'v8',
      include: ['bin/**', 'lib/**', 'lambdas/**'],
      reporter: ['text-summary', 'json-summary'],
    },
    benchmark: { include: ['test/**/*.bench.ts'] },
  },
});
