import { describe, expect, it } from 'vitest';
import { boxText, pricesOf, productText } from '../../fakes/price-list-products.ts';

describe('a list', () => {
  it('goes on over its pages, with the same question', async () => {
    const { read, sent } = await pricesOf(({ where, NextToken }) => {
      if (where['productFamily'] !== 'Compute Instance') return { PriceList: [] };
      if (NextToken === undefined) return { PriceList: [boxText('m5.large', '0.1')], NextToken: 'second' };
      return { PriceList: [boxText('t3.micro', '0.0114')] };
    });
    expect(read.groups[0]?.usd).toEqual({ 'm5.large': 0.1, 't3.micro': 0.0114 });
    expect(sent[1]?.input).toEqual({ ...sent[0]?.input, NextToken: 'second' });
  });

  it('that breaks off gives nothing and is named, and the others are read', async () => {
    const { read } = await pricesOf(({ where, NextToken }) => {
      if (where['productFamily'] === 'NAT Gateway') {
        return {
          PriceList: [productText({ attributes: { productFamily: 'NAT Gateway', usagetype: 'NatGateway-Hours' } })],
        };
      }
      if (where['productFamily'] !== 'Compute Instance') return { PriceList: [] };
      if (NextToken === undefined) return { PriceList: [boxText('m5.large', '0.1')], NextToken: 'second' };
      return Object.assign(new Error('try again later'), { name: 'InternalErrorException' });
    });
    expect(read.groups).toEqual([{ unit: 'hour', prefix: 'nat-gateway.', usd: { hour: 0.1 } }]);
    expect(read.problems).toEqual([
      'asking for prices of AmazonEC2 (Compute Instance) failed (InternalErrorException: try again later)',
    ]);
  });

  it('without an end is left after a hundred pages', async () => {
    const { read } = await pricesOf(({ where }) => ({
      PriceList: [],
      ...(where['productFamily'] === 'NAT Gateway' && { NextToken: 'again' }),
    }));
    expect(read.problems).toEqual([expect.stringContaining('more than 100 pages')]);
  });

  it('that is denied is asked for once, and says what the caller needs', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    await expect(pricesOf(() => denied)).rejects.toThrow('the caller needs pricing:GetProducts');
  });
});
