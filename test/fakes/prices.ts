import { priceTable } from '../../lib/core/price-table.ts';

const source = 'a price list of the tests';

/** Round prices of few things in Ireland, of one day. Nothing else has a price, and no other region. */
export const somePrices = priceTable({
  sources: [{ title: source, date: '2026-11-01' }],
  groups: [
    group('hour', 'ec2.linux.', { 't3.micro': 0.1, 'm5.large': 1 }),
    group('hour', 'rds.postgres.single-az.', { 'db.t3.micro': 0.2 }),
    group('GB-month', 'ebs.', { 'gp3.storage': 0.1, 'gp2.storage': 0.2 }),
    group('GB-month', 'rds.single-az.', { 'gp3.storage': 0.25, 'gp2.storage': 0.25 }),
    group('month', 'secrets-manager.secret.', { month: 0.4 }),
  ],
});

function group(unit: 'hour' | 'month' | 'GB-month', prefix: string, usd: Readonly<Record<string, number>>) {
  return { region: 'eu-west-1', unit, source: 0, prefix, usd };
}
