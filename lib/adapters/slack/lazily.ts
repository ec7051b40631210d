import type { Delivery, Directory, Messenger } from '../../use-cases/ports-people.ts';

/** Slack as it is once somebody needs it. */
export interface Connected {
  messenger: Messenger;
  directory: Directory;
}

/**
 * Connects with Slack only when something is told or asked: a function that starts must not fail over a token that is
 * missing. Then a delivery has failed, and a question throws, in the words of what is wrong; the next one tries again.
 */
export function lazySlack(connect: () => Promise<Connected>): Connected {
  let connecting: Promise<Connected> | undefined;
  const connected = async () => {
    connecting ??= connect();
    return connecting.catch((error: Error) => {
      connecting = undefined;
      throw error;
    });
  };
  const telling = (tell: (messenger: Messenger) => Promise<Delivery>): Promise<Delivery> =>
    connected()
      .then(({ messenger }) => tell(messenger))
      .catch(({ message }: Error) => ({ kind: 'failed', why: message }));
  const asking = async <T>(ask: (directory: Directory) => Promise<T>) => ask((await connected()).directory);
  return {
    messenger: {
      warn: (notice) => telling((messenger) => messenger.warn(notice)),
      report: (report) => telling((messenger) => messenger.report(report)),
      guard: (message) => telling((messenger) => messenger.guard(message)),
      update: (notice) => telling((messenger) => messenger.update(notice)),
    },
    directory: {
      person: (id) => asking((directory) => directory.person(id)),
      personByEmail: (email) => asking((directory) => directory.personByEmail(email)),
      members: (group) => asking((directory) => directory.members(group)),
    },
  };
}
