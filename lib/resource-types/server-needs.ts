import type { Condition, Permission } from './define.ts';

const keys = 'arn:aws:kms:REGION:ACCOUNT:key/*';

/** To see whether the keys of a server's data can be used, before a copy is made. */
export const keyNeeds: readonly Permission[] = [
  { actions: ['kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'], on: keys },
];

/** AWS uses the keys of encrypted disks and copies in the name of whoever copies, starts or restores. */
export const passesKeys: readonly Permission[] = [
  {
    actions: ['kms:CreateGrant'],
    on: keys,
    only: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    implied: 'EC2 and RDS are handed the key of encrypted data',
  },
  {
    actions: ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    on: keys,
    only: { StringLike: { 'kms:ViaService': ['ec2.*', 'rds.*'] } },
    implied: 'EC2 and RDS read and write encrypted data with its key',
  },
];

/** A request that writes tags writes Mayfly's own, and the name. ForAllValues is true for one without keys. */
export const onlyOwnKeys: Condition = {
  Null: { 'aws:TagKeys': 'false' },
  'ForAllValues:StringLike': { 'aws:TagKeys': ['mayfly:*', 'Name'] },
};
