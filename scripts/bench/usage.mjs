import { writeFileSync } from 'node:fs';

/**
 * Loaded into the measured command with --import: when it ends, it writes down what it used itself, so that neither
 * moto nor the proxy is counted.
 */
const file = process.env['MAYFLY_BENCH_USAGE'];
if (file !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 }));
  });
}
