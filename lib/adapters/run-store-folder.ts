import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { planDocument, readPlanDocument } from '../core/plan-document.ts';
import type { RunStore } from '../use-cases/ports.ts';
import { documentText, isPlanId, planKey, readDocument, runKey } from './run-documents.ts';

/** Plans and what the steps of a run hand on, as files in a folder, each written whole or not at all. */
export function folderRunStore(folder: string): RunStore {
  const write = async (key: string, document: unknown) => {
    const file = join(folder, key);
    const text = documentText(document);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.part`, text);
    await rename(`${file}.part`, file);
  };
  return {
    savePlan: async (plan) => write(planKey(plan.id), planDocument(plan, { all: true })),
    async loadPlan(id) {
      if (!isPlanId(id)) return undefined;
      const document = await readJson(join(folder, planKey(id)));
      return document === undefined ? undefined : readPlanDocument(document);
    },
    save: async (run, name, document) => write(runKey(run, name), document),
    load: async (run, name) => readJson(join(folder, runKey(run, name))),
  };
}

/** `undefined` where there is no such file. */
async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return readDocument(text, file);
}

/** For runs that must leave no trace: what is saved is forgotten. */
export const forgetfulRunStore: RunStore = {
  savePlan: async () => {},
  loadPlan: async () => undefined,
  save: async () => {},
  load: async () => undefined,
};
