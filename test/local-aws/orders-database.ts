import type { CreateDBInstanceMessage } from '@aws-sdk/client-rds';

/** A small database as moto makes it. */
export const ordersDatabase = {
  DBInstanceIdentifier: 'orders',
  DBInstanceClass: 'db.t4g.medium',
  Engine: 'postgres',
  AllocatedStorage: 20,
  MasterUsername: 'admin1',
  MasterUserPassword: 'not-a-secret',
} satisfies CreateDBInstanceMessage;
