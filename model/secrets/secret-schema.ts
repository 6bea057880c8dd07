import { entries, madeBy, type Rule, rule, shape, text, whole, words } from '../validation/schema';
import { isSecretKey, type Secret } from './secret';

export const variableName = text(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  "a variable's name",
  'Use letters, digits and underscores',
);

const secretKey = rule(
  (value) => typeof value === 'string' && isSecretKey(value),
  "a secret's key",
  'Use letters, digits, dots, dashes and underscores',
);

const folder = rule(
  (value) => typeof value === 'string' && /^(\/[^/\0:]+)+$/.test(value) && !/\/\.\.?(\/|$)/.test(value),
  'the folder of a file in the container',
  'Write it from its root and without a slash at its end, as in `/etc/tls`',
);

const valuePath = text(
  /^[A-Za-z_][-A-Za-z0-9_]*(\.[A-Za-z_][-A-Za-z0-9_]*)*$/,
  "the path of a chart's value",
  'Write it as in `auth.password`',
);

const generate = shape({ required: { bytes: whole([8, 4096], 'a possible number of random bytes') } });

const secretShapes: { readonly [T in Secret['type']]: Rule } = {
  env: shape({ required: { type: words }, optional: { name: variableName, generate } }),
  file: shape({ required: { type: words, folder }, optional: { generate } }),
  value: shape({ required: { type: words, path: valuePath }, optional: { generate } }),
  'in-secret': shape({ required: { type: words }, optional: { generate } }),
};

/** The secrets of an app that takes them in some of the ways that there are. */
export function secretsShape(types: readonly Secret['type'][], example: string): Rule {
  const shapes = Object.fromEntries(types.map((type) => [type, secretShapes[type]]));
  return entries(secretKey, madeBy(shapes, 'a way to take a secret here', example));
}
