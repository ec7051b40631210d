import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** pulumi config set environment pr-123; pulumi config set owner ana; pulumi config set ttl 3d */
const config = new pulumi.Config();
const ttl = config.get('ttl');
const tags = {
  environment: config.require('environment'),
  owner: config.require('owner'),
  ...(ttl === undefined ? {} : { ttl }),
};

const ephemeral = new aws.Provider('ephemeral', {
  region: 'eu-west-1',
  defaultTags: { tags },
  // mayfly extend writes expires-at; the next update must not take it off again.
  ignoreTags: { keys: ['expires-at'] },
});

const orders = new aws.sqs.Queue('orders', {}, { provider: ephemeral });

const web = new aws.ec2.LaunchTemplate(
  'web',
  { imageId: 'ami-0123456789abcdef0', instanceType: 't4g.small' },
  { provider: ephemeral },
);

// Default tags do not reach Auto Scaling groups: they have a list of tags of their own.
new aws.autoscaling.Group(
  'web',
  {
    minSize: 0,
    maxSize: 2,
    availabilityZones: ['eu-west-1a'],
    launchTemplate: { id: web.id },
    tags: Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
  },
  { provider: ephemeral },
);

export const queueUrl = orders.url;
