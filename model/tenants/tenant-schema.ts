import { folder } from '../apps/objects-app-schema';
import { patchesByName } from '../patches/patch-schema';
import { anyPort, entries, list, madeBy, oneOf, type Rule, shape, text, words, yesOrNo } from '../validation/schema';
import { alertTypes } from './tenant';

const quantity = text(
  /^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/,
  'a quantity',
  "Write it as in `'20'`, `'500m'` or `'4Gi'`",
);
const quantities = entries(words, quantity);
const names = list(text(/\S/, 'a name', 'Write it as the clusters know it'));
const people = shape({ optional: { groups: names, users: names } });

export const namespaceName = text(
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a namespace's name",
  'Use at most 63 lower-case letters, digits and dashes, a letter first, no dash last',
);

const cidr = text(/^[0-9a-fA-F.:]+\/\d{1,3}$/, 'a range of addresses', "Write it as in `'10.0.0.0/8'`");

const peer: Rule = function* (place, value) {
  yield* shape({ optional: { namespace: namespaceName, cidr, ports: list(anyPort) } })(place, value);
  const { namespace, cidr: range } = (value ?? {}) as { namespace?: unknown; cidr?: unknown };
  if ((namespace === undefined) !== (range === undefined)) return;
  const next = "Write it as in `{ namespace: 'shop', ports: [8080] }`";
  yield { place, problem: 'it is neither one namespace nor one range of addresses', next };
};

const source = madeBy(
  {
    git: shape({
      required: {
        type: words,
        url: text(/^(ssh|https?):\/\/\S+$/, 'the address of a Git repository', 'Begin it with `ssh://` or `https://`'),
        branch: text(/^[^\s~^:?*[\\]+$/, 'a branch', 'Write its name, as in `main`'),
        path: text(/^\.\/(?!.*\.\.)\S*$/, 'a folder of the repository', "Write it as in `'./deploy'`"),
      },
    }),
    folder: shape({ required: { type: words, folder: folder('', 'tenants/team-a') } }),
  },
  "a source of a tenant's manifests",
  "folderSource('tenants/team-a')",
);

export const tenantShape: Rule = shape({
  required: { type: words },
  optional: {
    after: list(words),
    namespaces: list(namespaceName),
    podSecurity: oneOf(['restricted', 'baseline', 'privileged']),
    quota: quantities,
    limits: shape({ optional: { default: quantities, defaultRequest: quantities, max: quantities } }),
    people: shape({ optional: { editors: people, viewers: people } }),
    network: shape({ optional: { within: yesOrNo, from: list(peer), to: list(peer) } }),
    source,
    alerts: shape({
      required: { type: oneOf(alertTypes) },
      optional: {
        channel: words,
        address: text(/^https?:\/\/\S+$/, 'an address', 'Begin it with `https://`'),
        severity: oneOf(['info', 'error']),
      },
    }),
  },
});

export const tenantOverlayShape: Rule = shape({ optional: { quota: quantities, patches: patchesByName } });
