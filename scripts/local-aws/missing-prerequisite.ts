/** Something that this machine lacks, in one sentence with the remedy; scripts print it without a stack and exit 1. */
export class MissingPrerequisite extends Error {
  override name = 'MissingPrerequisite';
}
