import type { TestProject } from 'vitest/node';
import { installLocalAws } from '../../scripts/local-aws/install.ts';
import { MissingPrerequisite } from '../../scripts/local-aws/missing-prerequisite.ts';
import { startMoto } from '../../scripts/local-aws/moto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where this run's moto answers. */
    motoUrl: string;
  }
}

/** One moto for all tests of the project; what is returned stops it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    await installLocalAws({ onProgress: (step) => console.error(`local AWS: ${step} …`) });
    const moto = await startMoto();
    project.provide('motoUrl', moto.url);
    return moto.stop;
  } catch (error) {
    if (!(error instanceof MissingPrerequisite)) throw error;
    // A stack would hide the one sentence that helps.
    error.stack = error.message;
    throw error;
  }
}
