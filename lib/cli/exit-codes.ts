/** The exit status of every command. */
export const exitCodes = {
  done: 0,
  couldNotStart: 1,
  badUsage: 2,
  everythingHeld: 3,
  doneWithProblems: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
