import { showOutcomes } from '../../lib/cli/show-outcomes.ts';
import { table } from '../../lib/cli/table.ts';
import { checkStory } from './check-story.ts';
import { deployHub, sweepOnce } from './deployed-hub.ts';
import { byShard, type RunDocuments } from './run-documents.ts';
import { slackPreview } from './slack-preview.ts';
import { type Chapter, heading, mayfly, tell } from './stage.ts';

/**
 * The CDK app, deployed into a hub account on this machine, sweeps the organization: an hour with work, an hour
 * without, and an hour in which one region is throttled.
 */
export const hubChapter: Chapter = async (stage) => {
  const deployed = await deployHub(stage);
  const { hub } = deployed;
  try {
    heading('1. Ben still needs pull request 102. The order goes into the ledger of the hub.');
    const preview = stage.world.organization.accounts['preview'] ?? '';
    const place = { ...stage, moto: { ...stage.moto, url: hub.router.url } };
    const extended = ['extend', 'pr-102', '2d', '--account', preview, '--reason', 'demo', '--config', 'hub.yaml'];
    await mayfly(place, extended, { AWS_ACCESS_KEY_ID: hub.account });

    heading('2. The first hour: what the schedule starts.');
    const first = await sweepOnce(deployed);
    showShards(first);
    showOutcomes(first.outcomes);
    checkStory(stage.world, first.plan, first.outcomes);

    heading('3. The second hour: the same world, so nothing happens.');
    showShards(await sweepOnce(deployed));
    tell('What is due now is blocked, or it is still listed though it has gone: removed was nothing.');

    heading('4. The third hour: AWS refuses every third call in eu-west-1.');
    const end = hub.router.throttle({ region: 'eu-west-1', share: 1 / 3 });
    showShards(await sweepOnce(deployed));
    end();
    const refused = hub.router.traffic().reduce((sum, one) => sum + one.refused, 0);
    tell(`${refused} calls were refused and asked again, more slowly; the other region went on as before.`);

    heading('5. What Slack would see of the first hour.');
    tell(slackPreview(first.plan, first.outcomes));

    heading('6. Why was that one kept?');
    const unreadable = first.plan.decisions.find(({ reason }) => reason === 'expiry-unreadable');
    if (unreadable === undefined) throw new Error('the story has a tag that cannot be read, and the plan has none');
    await mayfly(place, ['explain', unreadable.arn, '--config', 'hub.yaml'], { AWS_ACCESS_KEY_ID: hub.account });
  } finally {
    await hub.stop();
  }
};

function showShards(documents: RunDocuments): void {
  const columns = [
    { title: 'Account', width: 12 },
    { title: 'Region', width: 10 },
    { title: 'Tracked', width: 7 },
    { title: 'Due', width: 4 },
    { title: 'Removed', width: 7 },
    { title: 'On hold', width: 7 },
    { title: 'Blocked', width: 7 },
    { title: 'Not read, because', width: 'rest' },
  ] as const;
  tell(table(columns, byShard(documents)));
}
