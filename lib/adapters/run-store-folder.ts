import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planDocument, readPlanDocument } from '../core/plan-document.ts';
import type { RunStore } from '../use-cases/ports.ts';

/** Plans as files in a folder, each written whole or not at all. */
export function folderRunStore(folder: string): RunStore {
  const fileOf = (id: string) => join(folder, 'plans', `${id}.json`);
  return {
    async savePlan(plan) {
      const file = fileOf(plan.id);
      await mkdir(join(folder, 'plans'), { recursive: true });
      await writeFile(`${file}.part`, JSON.stringify(planDocument(plan, { all: false })));
      await rename(`${file}.part`, file);
    },
    async loadPlan(id) {
      if (!/^[\w-]+$/.test(id)) return undefined;
      try {
        return readPlanDocument(JSON.parse(await readFile(fileOf(id), 'utf8')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

/** For runs that must leave no trace: what is saved is forgotten. */
export const forgetfulRunStore: RunStore = { savePlan: async () => {}, loadPlan: async () => undefined };
