import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MissingPrerequisite } from './missing-prerequisite.ts';

const oldest = [3, 10] as const;
const needed = `The local AWS needs Python ${oldest.join('.')} or newer`;
const remedy = 'install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python; python.org)';

/** What each Python tells about itself; `find_spec` does not load the module, which is quicker. */
const question =
  'import sys, importlib.util as u; ' +
  'print(sys.version_info[0], sys.version_info[1], all(u.find_spec(m) for m in ("venv", "ensurepip")))';

/** The first Python that can make an environment; otherwise one sentence about the best that there is. */
export async function findPython(names: readonly string[] = ['python3', 'python']): Promise<string> {
  const found = (await Promise.all(names.map(ask))).filter((one) => one !== undefined);
  const recent = found.filter(({ version: [major, minor] }) => major === oldest[0] && minor >= oldest[1]);
  const usable = recent.find(({ canMakeVenv }) => canMakeVenv);
  if (usable !== undefined) return usable.name;
  const [incomplete] = recent;
  if (incomplete !== undefined) {
    const version = incomplete.version.join('.');
    throw new MissingPrerequisite(
      `The local AWS needs Python's venv and ensurepip modules, and ${incomplete.name} (${version}) lacks them: ` +
        `install them (Debian, Ubuntu: apt install python${version}-venv).`,
    );
  }
  const [old] = found;
  const there = old === undefined ? `there is no ${names.join(' or ')}` : `${old.name} is ${old.version.join('.')}`;
  throw new MissingPrerequisite(`${needed}, and ${there}: ${remedy}.`);
}

interface Python {
  name: string;
  version: readonly [number, number];
  canMakeVenv: boolean;
}

/** A name that can't be started, or does not answer like Python 3, is as good as none. */
async function ask(name: string): Promise<Python | undefined> {
  try {
    const { stdout } = await promisify(execFile)(name, ['-c', question], { timeout: 20_000 });
    const [major, minor, canMakeVenv] = stdout.trim().split(' ');
    return { name, version: [Number(major), Number(minor)], canMakeVenv: canMakeVenv === 'True' };
  } catch {
    return undefined;
  }
}
