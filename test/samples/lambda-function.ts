import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:lambda:eu-west-1:222222222222:function:resize';
const notFound = awsError('ResourceNotFoundException', `Function not found: ${arn}`);

export const lambdaFunction: Sample = {
  type: 'lambda:function',
  arn,
  id: 'resize',
  answers: {
    GetFunction: {
      Configuration: {
        FunctionName: 'resize',
        FunctionArn: arn,
        Runtime: 'nodejs24.x',
        PackageType: 'Zip',
        MemorySize: 256,
        LastModified: '2026-11-18T09:00:00.000+0000',
        RevisionId: 'b2d6c1a0-7a34-4c8e-8c35-5f0a0f2b7c11',
        State: 'Active',
        Version: '$LATEST',
      },
      Code: { RepositoryType: 'S3' },
      Tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
    },
    DeleteFunction: { StatusCode: 204 },
    TagResource: {},
  },
  gone: { GetFunction: notFound, DeleteFunction: notFound },
};
