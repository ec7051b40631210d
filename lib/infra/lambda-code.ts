import { createHash } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** Some dependencies are CommonJS and ask for `require`, which a module does not have. */
const banner = "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);";

/**
 * The code of functions as one asset, split so that each handler loads only what it uses, with the policy beside it.
 * `policy` is the parsed policy file, as it was written; `beside` are more files, by the name that they have there.
 */
export function lambdaCode(
  functions: readonly string[],
  policy: unknown,
  beside: Readonly<Record<string, string>> = {},
): Code {
  const document = JSON.stringify(policy);
  return Code.fromAsset(join(root, 'lambdas'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('unused'),
      // The asset is cached by path and command, so everything that changes the result stands in it.
      command: [...functions, createHash('sha256').update(document).digest('hex')],
      local: {
        tryBundle(outputDir) {
          bundleFunctions(functions, outputDir);
          writeFileSync(join(outputDir, 'policy.json'), document);
          for (const [name, path] of Object.entries(beside)) copyFileSync(path, join(outputDir, name));
          return true;
        },
      },
    },
  });
}

/** Bundles the functions as they are deployed, and tells what went into which file. */
export function bundleFunctions(functions: readonly string[], outdir: string): Metafile {
  return buildSync({
    entryPoints: Object.fromEntries(functions.map((name) => [name, join(root, 'lambdas', `${name}.ts`)])),
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: root,
    banner: { js: banner },
    metafile: true,
  }).metafile;
}
