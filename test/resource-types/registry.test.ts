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

  it.each([
    ['a load balancer of the classic kind', 'elasticloadbalancing', 'loadbalancer/web'],
    ['the stream of a log group', 'logs', 'log-group:web:log-stream:1'],
    ['the index of a table', 'dynamodb', 'table/orders/index/by-day'],
    ['the alias of a function', 'lambda', 'function:thumbs:live'],
    ['the subscription of a topic that is called topic', 'sns', 'topic:0a1b2c3d'],
    ['a parameter without a name', 'ssm', 'parameter/'],
  ])('takes %s for no type, in its kind neither', (_, service, resource) => {
    const known = identify(`arn:aws:${service}:eu-west-1:222222222222:${resource}`);
    expect(known?.type).toBeUndefined();
    expect(known?.kind).toMatch(/^[a-z]+:[a-z-]+$/);
    expect(resourceTypes.map(({ id }) => id)).not.toContain(known?.kind);
  });
});
