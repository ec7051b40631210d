import { describe, expect, it } from 'vitest';
import { wavesOf } from '../../lib/core/order.ts';
import { identify, resourceTypes } from '../../lib/resource-types/index.ts';
import { samples } from '../samples/index.ts';

describe('the registry', () => {
  it('has a sample for each type, and each type once', () => {
    const ids = resourceTypes.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(samples.map(({ type }) => type).toSorted()).toEqual(ids.toSorted());
  });

  it('orders the types by reasons and without a cycle', () => {
    const ids = new Set(resourceTypes.map(({ id }) => id));
    for (const { id, after } of resourceTypes) {
      for (const { type, because } of after) {
        expect(ids, `${id} waits for ${type}`).toContain(type);
        expect(because, `${id} waits for ${type}`).not.toBe('');
      }
    }
    expect(wavesOf(resourceTypes).flat()).toHaveLength(resourceTypes.length);
  });

  it('knows each CloudFormation name once', () => {
    const names = resourceTypes.flatMap(({ cloudFormation }) => cloudFormation ?? []);
    expect(names).toEqual([...new Set(names)]);
  });

  it('claims no load balancer of the classic kind', () => {
    expect(identify('arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/web')?.type).toBeUndefined();
  });
});
