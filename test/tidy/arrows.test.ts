import { expect, test } from 'vitest';
import { importArrows, wholeFileNames } from './arrows.ts';
import { show } from './source.ts';

const check = (path: string, text: string) => importArrows({ path, text }).map(show);

test.each([
  ['bin/mayfly.ts', "import { run } from '../lib/cli/run.ts';"],
  ['bin/app.ts', "import { Hub } from '../lib/infra/hub-stack.ts'; import { App } from 'aws-cdk-lib';"],
  ['lib/cli/plan.ts', "import { scan } from '../use-cases/scan-shard.ts'; import { Command } from 'commander';"],
  ['lib/cli/types.ts', "import { resourceTypes } from '../resource-types/index.ts';"],
  ['lambdas/reap.ts', "import { reap } from '../lib/use-cases/reap-shard.ts'; import middy from '@middy/core';"],
  ['lib/use-cases/reap-shard.ts', "import { identify } from '../resource-types/index.ts'; import './ports.ts';"],
  ['lib/adapters/clock.ts', "import type { Clock } from '../use-cases/ports.ts';"],
  ['lib/adapters/aws-cloud.ts', "import type { ClientSource } from '../resource-types/define.ts';"],
  ['lib/resource-types/ec2-volume.ts', "import { parseArn } from '../core/arn.ts'; import './sdk/ec2.ts';"],
  ['lib/resource-types/sdk/ec2.ts', "export { EC2Client } from '@aws-sdk/client-ec2';"],
  ['lib/infra/hub-stack.ts', "import { event } from '../../lambdas/reap.contract.ts'; import 'constructs';"],
  ['lib/core/plan.ts', "import { createHash } from 'node:crypto'; import './limits.ts';"],
  ['scripts/bench.ts', "import '../lib/adapters/clock.ts'; import 'node:fs';"],
])('%s may write: %s', (path, text) => {
  expect(check(path, text)).toEqual([]);
});

test.each([
  ['bin/mayfly.ts', "import '../lib/core/plan.ts';", 'bin may not import lib/core/plan.ts'],
  ['lib/cli/plan.ts', "import '../infra/hub-stack.ts';", 'cli may not import lib/infra/hub-stack.ts'],
  ['lib/cli/plan.ts', "import '../resource-types/s3-bucket.ts';", 'cli may not import lib/resource-types/s3-bucket.ts'],
  ['lib/cli/plan.ts', "import '@aws-sdk/client-sts';", 'cli may not import @aws-sdk/client-sts'],
  ['lambdas/reap.ts', "import 'aws-cdk-lib';", 'lambdas may not import aws-cdk-lib'],
  ['lambdas/reap.ts', "import '../lib/infra/grants.ts';", 'lambdas may not import lib/infra/grants.ts'],
  ['lib/use-cases/warn.ts', "import '../adapters/clock.ts';", 'use-cases may not import lib/adapters/clock.ts'],
  ['lib/use-cases/warn.ts', "import 'node:fs';", 'use-cases may not import node:fs'],
  ['lib/adapters/x.ts', "import '../use-cases/warn.ts';", 'adapters may not import lib/use-cases/warn.ts'],
  ['lib/adapters/x.ts', "import '../resource-types/index.ts';", 'adapters may not import lib/resource-types/index.ts'],
  [
    'lib/resource-types/x.ts',
    "import '../use-cases/ports.ts';",
    'resource-types may not import lib/use-cases/ports.ts',
  ],
  ['lib/infra/x.ts', "import '../../lambdas/reap.ts';", 'infra may not import lambdas/reap.ts'],
  ['lib/core/x.ts', "import type { A } from '../use-cases/ports.ts';", 'core may not import lib/use-cases/ports.ts'],
  ['lib/core/x.ts', "import 'node:fs';", 'core may not import node:fs'],
  ['lib/core/x.ts', "import '@aws-sdk/client-ec2';", 'core may not import @aws-sdk/client-ec2'],
  ['lib/odd/x.ts', '', 'this folder has no place in the layout'],
])('%s may not write: %s', (path, text, message) => {
  expect(check(path, text)).toEqual([`${path}:1 ${message}`]);
});

test.each([
  "import { Clock } from '../use-cases/ports.ts';",
  "import { type Clock } from '../use-cases/ports.ts';",
  "export { type Clock } from '../use-cases/ports.ts';",
  "const ports = await import('../use-cases/ports.ts');",
])('adapters import only types from the ports, so not: %s', (text) => {
  expect(check('lib/adapters/clock.ts', text)).toEqual([
    'lib/adapters/clock.ts:1 adapters may import only types from lib/use-cases/ports.ts',
  ]);
});

test('every way to import is seen, with its line', () => {
  const text = [
    "import 'node:fs';",
    "export * from 'node:net';",
    "export { a } from 'node:os';",
    "type T = import('node:http').Server;",
    "await import('node:dns');",
    "// import 'node:tls';",
    "const words = `import 'node:vm';`;",
  ].join('\n');
  expect(check('lib/core/x.ts', text)).toEqual([
    'lib/core/x.ts:1 core may not import node:fs',
    'lib/core/x.ts:2 core may not import node:net',
    'lib/core/x.ts:3 core may not import node:os',
    'lib/core/x.ts:4 core may not import node:http',
    'lib/core/x.ts:5 core may not import node:dns',
  ]);
});

test('relative imports carry .ts or .json, packages need not', () => {
  const text = "import './a';\nimport './b.js';\nimport './c.ts';\nimport 'zod';\nimport './d.json';";
  expect(wholeFileNames({ path: 'test/x.ts', text }).map(show)).toEqual([
    'test/x.ts:1 write ./a with its ending, .ts',
    'test/x.ts:2 write ./b.js with its ending, .ts',
  ]);
});
