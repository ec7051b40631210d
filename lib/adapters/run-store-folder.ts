import { join } from 'node:path';
import { planDocument, readPlanDocument } from '../core/plan-document.ts';
import type { RunStore } from '../use-cases/ports.ts';
import { loadFromFolder, saveInFolder } from './folder-documents.ts';
import { isPlanId, planKey, runKey } from './run-documents.ts';

/** Plans and what the steps of a run hand on, as files in a folder, each written whole or not at all. */
export function folderRunStore(folder: string): RunStore {
  return {
    savePlan: async (plan) => saveInFolder(join(folder, planKey(plan.id)), planDocument(plan, { all: true })),
    async loadPlan(id) {
      if (!isPlanId(id)) return undefined;
      const document = await loadFromFolder(join(folder, planKey(id)));
      return document === undefined ? undefined : readPlanDocument(document);
    },
    save: async (run, name, document) => saveInFolder(join(folder, runKey(run, name)), document),
    load: async (run, name) => loadFromFolder(join(folder, runKey(run, name))),
  };
}

/** For runs that must leave no trace: what is saved is forgotten. */
export const forgetfulRunStore: RunStore = {
  savePlan: async () => {},
  loadPlan: async () => undefined,
  save: async () => {},
  load: async () => undefined,
};
