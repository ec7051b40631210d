import { setFlagsFromString } from 'node:v8';

// As bin/mayfly.ts sets them, because memory depends on it.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=30');
const { makeAlone } = await import('./finance-alone.ts');
process.stdout.write(JSON.stringify(await makeAlone(Number(process.argv[2]))));
