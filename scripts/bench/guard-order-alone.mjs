import { orderAlone } from './guard-order-alone.ts';

const [config, order] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await orderAlone(config, JSON.parse(order))));
