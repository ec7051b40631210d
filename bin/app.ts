import { buildApp } from '../lib/infra/app.ts';

try {
  buildApp();
} catch (error) {
  // The trace of a problem in the policy shows 30 kB of somebody else's minified code.
  console.error((error as Error).message);
  process.exitCode = 1;
}
