export { hubEnv as warnEnv, planEvent as warnEvent } from './hub.contract.ts';
