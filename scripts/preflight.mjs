// Plain old JavaScript: this file must run on the very Node versions that it refuses.
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    'Mayfly needs Node 24 or newer and this is ' +
      process.version +
      ': on Linux run "npm ci" and start it through npm or npx, elsewhere install Node 24 from https://nodejs.org.',
  );
  process.exit(1);
}
