/** The SecureString that links to reports are made with. The first report makes it; deleting it ends all links. */
export const linkKeyName = '/mayfly/report/link-key';
