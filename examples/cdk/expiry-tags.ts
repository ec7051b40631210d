import { App, Stack, Tags } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/** cdk deploy -c environment=pr-123 -c ttl=3d -c owner=ana */
const app = new App();
const context = (key: string): string | undefined => app.node.tryGetContext(key);

const environment = context('environment') ?? 'dev';
const ttl = context('ttl');

const shop = new Stack(app, 'Shop', { stackName: `shop-${environment}` });
new Queue(shop, 'Orders');
new Bucket(shop, 'Uploads');

// What has a ttl goes; production gets none. The tags stand on the stack too, and the stack is what Mayfly removes.
Tags.of(app).add('environment', environment);
Tags.of(app).add('owner', context('owner') ?? 'platform');
if (ttl !== undefined) {
  if (environment === 'production') throw new Error('production never expires: leave the ttl out');
  Tags.of(app).add('ttl', ttl);
}

app.synth();
