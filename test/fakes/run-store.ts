import type { Plan } from '../../lib/core/plan.ts';
import { planDocument, readPlanDocument } from '../../lib/core/plan-document.ts';
import type { RunStore } from '../../lib/use-cases/ports.ts';

/** Documents in memory. Plans come back as the real stores give them back: through their JSON, with what is kept. */
export function memoryRunStore(plans: Map<string, Plan>): RunStore {
  const documents = new Map<string, string>();
  return {
    savePlan: async (plan) => void plans.set(plan.id, plan),
    loadPlan: async (id) => {
      const plan = plans.get(id);
      return plan && readPlanDocument(JSON.parse(JSON.stringify(planDocument(plan, { all: true }))));
    },
    save: async (run, name, document) => void documents.set(`${run}/${name}`, JSON.stringify(document)),
    load: async (run, name) => JSON.parse(documents.get(`${run}/${name}`) ?? 'null') ?? undefined,
  };
}
