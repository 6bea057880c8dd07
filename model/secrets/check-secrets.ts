import type { Problem } from '../fleet-error';
import { at, isObject, type Named, named, textOf } from '../validation/schema';

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The folder that every web app may write to. */
const scratch = '/tmp';

/** Secrets that would hide one another, or something else of their app; `place` is the app's. */
export function* secretsOfApp(place: string, app: Named): Iterable<Problem> {
  const variables = new Map(Object.keys(named(app['env'])).map((name) => [name, at(place, `env.${name}`)]));
  for (const [key, secret] of Object.entries(named(app['secrets']))) {
    const here = at(place, `secrets.${key}`);
    if (!isObject(secret)) continue;
    if (secret['type'] === 'env') yield* variableOf(here, textOf(secret['name']) || key, variables);
    const folder = textOf(secret['folder']);
    if (folder === scratch || folder.startsWith(`${scratch}/`)) {
      const next = 'Choose a folder of its own, as in `/etc/secrets`';
      yield { place: at(here, 'folder'), problem: `\`${folder}\` is in the folder for temporary files`, next };
    }
  }
}

/** A variable that an overlay sets and that is a secret of the app: its value would be in Git as it is. */
export function* overlaidSecrets(place: string, app: Named, overlay: Named): Iterable<Problem> {
  for (const [key, secret] of Object.entries(named(app['secrets']))) {
    const name = textOf(named(secret)['name']) || key;
    if (named(secret)['type'] !== 'env' || !Object.hasOwn(named(overlay['env']), name)) continue;
    yield {
      place: at(place, `env.${name}`),
      problem: `\`${name}\` is a secret of the app, and its value cannot be here`,
      next: `Leave it out, and set it with \`npm run fleet -- secrets set <cluster> <app> ${key}\``,
    };
  }
}

function* variableOf(place: string, name: string, owners: Map<string, string>): Iterable<Problem> {
  if (!variable.test(name)) {
    yield {
      place,
      problem: `\`${name}\` is not a variable's name`,
      next: "Say another, as in `env({ name: 'API_KEY' })`",
    };
  }
  const owner = owners.get(name);
  if (owner) yield { place, problem: `the variable \`${name}\` is set by \`${owner}\``, next: 'Take one of them away' };
  owners.set(name, place);
}
