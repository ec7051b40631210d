import type { Condition, Permission, Target } from './define.ts';
import { copyInstance, finishImage, imageStates } from './ec2-copy.ts';
import { discardImage } from './ec2-discard.ts';
import type { Ec2 } from './ec2-image.ts';
import { keepInterface } from './ec2-interface.ts';
import {
  checkInstances,
  startInstance,
  startInstances,
  stopInstance,
  stopInstances,
  untagInstance,
} from './ec2-power.ts';
import { instanceRecipe } from './ec2-recipe.ts';
import { restoreInstance } from './ec2-restore.ts';
import { lastChanges } from './last-change.ts';
import { restoredKey } from './own-copy.ts';
import { type MeasuredServer, readMetrics, type Series } from './server-metrics.ts';
import { keyNeeds, onlyOwnKeys, passesKeys } from './server-needs.ts';
import type { ServerDefinition } from './server-operations.ts';

const of = (word: string) => `arn:aws:ec2:REGION:ACCOUNT:${word}/*`;
const images = 'arn:aws:ec2:REGION::image/*';
const snapshots = 'arn:aws:ec2:REGION::snapshot/*';

const madeBy = (action: string): Condition => ({ StringEquals: { 'ec2:CreateAction': action } });
const restored: Condition = { Null: { [`aws:ResourceTag/${restoredKey}`]: 'false' } };
const restoring: Condition = { Null: { [`aws:RequestTag/${restoredKey}`]: 'false' } };

/** What a server starts with besides its image: AWS checks each of them. */
const startsWith = ['network-interface', 'security-group', 'subnet', 'volume', 'key-pair', 'placement-group'];

const onOwnInterface: Permission = {
  actions: ['ec2:ModifyNetworkInterfaceAttribute'],
  on: of('network-interface'),
  guard: 'own',
};

export const ec2InstanceServer: ServerDefinition<Ec2['sdk'], Ec2['client']> = {
  checkStop: {
    needs: [{ actions: ['ec2:DescribeInstanceTypes', 'ec2:DescribeInstanceAttribute'], on: '*' }],
    run: checkInstances,
  },
  metrics: {
    needs: [{ actions: ['cloudwatch:GetMetricData'], on: '*' }],
    run: (aws, targets, window) => readMetrics(aws, targets.map(measured), window),
  },
  lastChange: {
    needs: [{ actions: ['cloudtrail:LookupEvents'], on: '*' }],
    run: (aws, targets, question) =>
      lastChanges(
        aws,
        targets.map(({ id }) => ({ id, names: [id] })),
        question,
      ),
  },
  copy: {
    needs: [
      { actions: ['ec2:DescribeVolumes', 'ec2:DescribeImages'], on: '*' },
      ...keyNeeds,
      { actions: ['ec2:CreateImage'], on: of('instance'), guard: 'tags' },
      { actions: ['ec2:CreateImage'], on: images },
      { actions: ['ec2:CreateImage'], on: snapshots },
      {
        actions: ['ec2:CreateTags'],
        on: images,
        only: madeBy('CreateImage'),
        implied: 'an image that is born with tags',
      },
      ...passesKeys,
    ],
    run: copyInstance,
  },
  finishCopy: {
    needs: [
      { actions: ['ec2:DescribeImages', 'ec2:DescribeSnapshots'], on: '*' },
      { actions: ['ec2:CreateTags'], on: snapshots, only: onlyOwnKeys },
    ],
    run: finishImage,
  },
  copyState: {
    needs: [{ actions: ['ec2:DescribeImages', 'ec2:DescribeSnapshots'], on: '*' }],
    run: imageStates,
  },
  stop: {
    needs: [
      { actions: ['ec2:DescribeInstanceTypes', 'ec2:DescribeInstanceAttribute'], on: '*' },
      { actions: ['ec2:StopInstances'], on: of('instance'), guard: 'tags' },
    ],
    run: stopInstance,
  },
  start: {
    needs: [{ actions: ['ec2:StartInstances'], on: of('instance'), guard: 'tags' }, ...passesKeys],
    run: startInstance,
  },
  stopTogether: {
    needs: [
      { actions: ['ec2:DescribeInstanceTypes'], on: '*' },
      { actions: ['ec2:StopInstances'], on: of('instance'), guard: 'tags' },
    ],
    run: stopInstances,
  },
  startTogether: {
    needs: [{ actions: ['ec2:StartInstances'], on: of('instance'), guard: 'tags' }, ...passesKeys],
    run: startInstances,
  },
  untag: {
    needs: [{ actions: ['ec2:DeleteTags'], on: of('instance'), guard: 'tags' }],
    run: untagInstance,
  },
  recipe: {
    needs: [
      {
        actions: [
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceAttribute',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeInstanceCreditSpecifications',
          'ec2:DescribeVolumes',
          'ec2:DescribeAddresses',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
        ],
        on: '*',
      },
    ],
    run: instanceRecipe,
  },
  restore: {
    needs: [
      {
        actions: [
          'ec2:DescribeInstances',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeVolumes',
          'ec2:DescribeAddresses',
        ],
        on: '*',
      },
      { actions: ['ec2:RunInstances'], on: images, guard: 'own' },
      { actions: ['ec2:RunInstances'], on: of('instance'), only: restoring },
      ...startsWith.map((word): Permission => ({ actions: ['ec2:RunInstances'], on: of(word) })),
      { actions: ['ec2:RunInstances'], on: snapshots },
      ...['instance', 'volume'].map(
        (word): Permission => ({
          actions: ['ec2:CreateTags'],
          on: of(word),
          only: madeBy('RunInstances'),
          implied: 'a server that is born with tags',
        }),
      ),
      { actions: ['ec2:CreateTags'], on: of('volume'), only: restored },
      { actions: ['ec2:DeleteNetworkInterface', 'ec2:DeleteTags'], on: of('network-interface'), guard: 'own' },
      onOwnInterface,
      ...['elastic-ip', 'network-interface', 'instance'].map(
        (word): Permission => ({ actions: ['ec2:AssociateAddress'], on: of(word) }),
      ),
      {
        actions: ['elasticloadbalancing:RegisterTargets'],
        on: 'arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/*',
      },
      {
        actions: ['iam:PassRole'],
        on: 'arn:aws:iam::ACCOUNT:role/*',
        only: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        implied: 'a server that starts with a role is handed it',
      },
      ...passesKeys,
    ],
    run: restoreInstance,
  },
  prepareRemoval: {
    needs: [
      { actions: ['ec2:DescribeNetworkInterfaces'], on: '*' },
      { actions: ['ec2:CreateTags'], on: of('network-interface'), only: onlyOwnKeys },
      onOwnInterface,
    ],
    run: keepInterface,
  },
  discardCopy: {
    needs: [
      { actions: ['ec2:DescribeImages', 'ec2:DescribeSnapshots', 'ec2:DescribeNetworkInterfaces'], on: '*' },
      { actions: ['ec2:CreateTags'], on: snapshots, only: onlyOwnKeys },
      { actions: ['ec2:DeregisterImage'], on: images, guard: 'own' },
      { actions: ['ec2:DeleteSnapshot'], on: snapshots, guard: 'own' },
      { actions: ['ec2:DeleteNetworkInterface'], on: of('network-interface'), guard: 'own' },
    ],
    run: discardImage,
  },
};

function measured({ id, server }: Target): MeasuredServer {
  const series = (name: string, stat: Series['stat']): Series => ({
    namespace: 'AWS/EC2',
    name,
    stat,
    dimension: 'InstanceId',
    value: id,
  });
  return {
    id,
    runsSince: server?.milestones.find(({ launch }) => launch)?.at,
    wanted: [
      { metric: 'cpuPeak', of: 'peaks', series: [series('CPUUtilization', 'Maximum')] },
      { metric: 'networkMbPerDay', of: 'days', series: [series('NetworkIn', 'Sum'), series('NetworkOut', 'Sum')] },
    ],
  };
}
