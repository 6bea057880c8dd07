import { common, replicas, tag } from '../validation/common-schemas';
import { patchesByKind, patchesByName } from '../patches/patch-schema';
import {
  entries,
  isObject,
  list,
  madeBy,
  oneOf,
  orNull,
  rule,
  type Rule,
  shape,
  text,
  whole,
  words,
  yesOrNo,
} from '../validation/schema';
import { secretsShape } from '../secrets/secret-schema';

/** A folder beside `fleet.ts`, and in nothing that is not: no `..`, no root. */
export function folder(start: string, example: string): Rule {
  const pattern = new RegExp(`^${start}(?!\\.\\.?(/|$))[^/\\s]+(/(?!\\.\\.?(/|$))[^/\\s]+)*$`);
  return text(pattern, 'a folder beside `fleet.ts`', `Write it from there, as in \`${example}\``);
}

const cel = text(/\S/, 'an expression in CEL', "Write it as in `status.phase == 'Bound'`");

/** What every app says whose objects are not made here. */
const objectsApp = {
  ...common,
  podSecurity: oneOf(['restricted', 'baseline', 'privileged']),
  health: list(
    shape({ required: { apiVersion: words, kind: words, current: cel }, optional: { inProgress: cel, failed: cel } }),
  ),
};

const version = text(
  /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
  'one version',
  'Write all of it, as in `6.9.2`: a range would change the clusters without a commit',
);

const chart = madeBy(
  {
    git: shape({ required: { type: words, path: folder('charts/', 'charts/podinfo') } }),
    repository: shape({
      required: {
        type: words,
        repository: text(/^https?:\/\/\S+$/, 'the address of a Helm repository', 'Begin it with `https://`'),
        name: text(/^[a-z0-9][-a-z0-9._]*$/, "a chart's name", 'Write it as the repository does'),
        version,
      },
    }),
    oci: shape({
      required: {
        type: words,
        url: text(/^oci:\/\/\S+\/[^\s:]+$/, 'the address of a chart', 'Begin it with `oci://`, without its version'),
        version,
      },
      optional: { insecure: yesOrNo },
    }),
  },
  'a chart',
  "gitChart('charts/podinfo')",
);

/** Values as JSON has them, without nulls but where a cluster takes one away. */
function values(nulls: boolean): Rule {
  const each: Rule = function* (place, value) {
    if (Array.isArray(value)) yield* list(values(false))(place, value);
    else if (isObject(value)) yield* entries(words, nulls ? orNull(each) : each)(place, value);
    else yield* scalar(place, value);
  };
  return each;
}

const scalar = rule(
  (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
  'a value of a chart',
  'Use text, a number, true or false, a list or a map; null only in a cluster, where it takes a value away',
);

const valuesShape: Rule = mapOf(values(false));
const changeShape: Rule = mapOf(values(true));

function mapOf(each: Rule): Rule {
  return (place, value) => (isObject(value) ? each(place, value) : entries(words, each)(place, value));
}

const pointers = list(text(/^\//, 'a JSON pointer', 'Begin it with a slash'));
const drift = shape({
  optional: {
    mode: oneOf(['enabled', 'warn', 'disabled']),
    ignore: list(
      shape({ required: { paths: pointers }, optional: { target: shape({ optional: { kind: words, name: words } }) } }),
    ),
  },
});

export const helmShape: Rule = shape({
  required: { type: words, chart },
  optional: {
    ...objectsApp,
    values: valuesShape,
    secrets: secretsShape(['value', 'in-secret'], "value('auth.password') or inSecret()"),
    drift,
    remediation: shape({
      optional: { retries: whole([0, 100], 'a number of tries'), strategy: oneOf(['rollback', 'uninstall']) },
    }),
    test: yesOrNo,
  },
});

export const helmOverlayShape: Rule = shape({
  optional: { values: changeShape, patches: patchesByKind(['HelmRelease', 'Namespace']) },
});

const secrets = secretsShape(['in-secret'], 'inSecret()');

export const kustomizeShape: Rule = shape({
  required: { type: words, folder: folder('', 'deploy/cache') },
  optional: { ...objectsApp, ownNamespaces: yesOrNo, secrets },
});

export const cdk8sShape: Rule = shape({
  required: {
    type: words,
    construct: rule((value) => typeof value === 'function', 'a function', 'Write it as in `(scope) => { … }`'),
  },
  optional: { ...objectsApp, secrets },
});

export const kustomizeOverlayShape: Rule = shape({
  optional: { tags: entries(words, tag), replicas: entries(words, replicas), patches: patchesByName },
});
