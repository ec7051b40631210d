import type { Facts } from '../core/cost.ts';

/** Why the prices of the region don't hold: Local Zones, Wavelength Zones and Outposts have their own. */
export function whyElsewhere({ zone, outpost }: Facts, region: string): string | undefined {
  if (outpost !== undefined) return 'it is on an Outpost, which is paid for as a whole';
  if (zone === undefined || new RegExp(`^${region}[a-z]$`).test(String(zone))) return undefined;
  return `it is in the zone ${zone}, which has prices of its own`;
}
