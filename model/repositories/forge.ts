import type { GitAddress } from './git-address';

/** A site that hosts repositories, and where its pages are. */
export interface Forge {
  /** The page to which a key by SSH is added. */
  readonly keysPage: string;
  /** The same for a key that writes. @default - keysPage */
  readonly writeKeysPage?: string;
  /** How a key there gets the right to write: `with “Allow write access”`. */
  readonly writeKey: string;
  /** How a key there is read-only. */
  readonly readKey: string;
  /** The page that makes a token for HTTPS. */
  readonly tokenPage: string;
  /** What the token needs, for a reader and for a writer. */
  readonly tokenRights: string;
  /** The page that opens a pull request of one branch into another. */
  pullRequest(branch: string, into: string): string;
}

type Forges = readonly { readonly host: RegExp; readonly of: (address: GitAddress) => Forge }[];

const web = ({ host, path }: GitAddress) => `https://${host}/${path.replace(/\.git$/, '')}`;
const query = encodeURIComponent;

const github = (address: GitAddress): Forge => ({
  keysPage: `${web(address)}/settings/keys/new`,
  writeKey: 'with “Allow write access”',
  readKey: 'without “Allow write access”',
  tokenPage: `https://${address.host}/settings/personal-access-tokens/new`,
  tokenRights: 'for this repository alone, with “Contents: Read and write”; “Contents: Read-only” for the clusters',
  pullRequest: (branch, into) => `${web(address)}/compare/${into}...${branch}?expand=1`,
});

const gitlab = (address: GitAddress): Forge => ({
  keysPage: `${web(address)}/-/settings/repository#js-deploy-keys-settings`,
  writeKey: 'as a deploy key with “Grant write permissions to this key”',
  readKey: 'as a deploy key without write permissions',
  tokenPage: `${web(address)}/-/settings/access_tokens`,
  tokenRights: 'with the role Developer and `write_repository`; `read_repository` for the clusters',
  pullRequest: (branch, into) =>
    `${web(address)}/-/merge_requests/new?merge_request%5Bsource_branch%5D=${query(branch)}` +
    `&merge_request%5Btarget_branch%5D=${query(into)}`,
});

const gitea = (address: GitAddress): Forge => ({
  keysPage: `${web(address)}/settings/keys`,
  writeKey: 'as a deploy key with “Enable write access”',
  readKey: 'as a deploy key without write access',
  tokenPage: `https://${address.host}/user/settings/applications`,
  tokenRights: 'with read and write for “repository”; read for the clusters',
  pullRequest: (branch, into) => `${web(address)}/compare/${into}...${branch}`,
});

const bitbucket = (address: GitAddress): Forge => ({
  keysPage: `${web(address)}/admin/access-keys/`,
  // Access keys only read: https://support.atlassian.com/bitbucket-cloud/docs/configure-repository-access-keys
  writeKeysPage: 'https://bitbucket.org/account/settings/ssh-keys/',
  writeKey: 'to an account that may write, as access keys of a repository only read',
  readKey: 'as an access key',
  tokenPage: `${web(address)}/admin/access-tokens`,
  tokenRights: 'with “Repositories: Write”; “Repositories: Read” for the clusters',
  pullRequest: (branch, into) => `${web(address)}/pull-requests/new?source=${query(branch)}&dest=${query(into)}`,
});

const azure = (address: GitAddress): Forge => {
  // By SSH `v3/org/project/repo`, by HTTPS `org/project/_git/repo`.
  const [organization = '', project = '', repository = ''] = address.path
    .split('/')
    .filter((part) => !/^(v3|_git)$/.test(part));
  const page = `https://dev.azure.com/${organization}`;
  return {
    keysPage: `${page}/_usersSettings/keys`,
    writeKey: 'to an account that may write, as Azure DevOps has no keys of a repository',
    readKey: 'to an account that may only read',
    tokenPage: `${page}/_usersSettings/tokens`,
    tokenRights: 'with “Code: Read & write”; “Code: Read” for the clusters',
    pullRequest: (branch, into) =>
      `${page}/${project}/_git/${repository || project}/pullrequestcreate?sourceRef=${query(branch)}&targetRef=${query(into)}`,
  };
};

const forges: Forges = [
  { host: /^github\./, of: github },
  { host: /^gitlab\./, of: gitlab },
  { host: /^bitbucket\.org$/, of: bitbucket },
  { host: /^(ssh\.)?dev\.azure\.com$/, of: azure },
  { host: /^(codeberg|gitea|forgejo)\./, of: gitea },
];

/** The site of an address, by the name of its host; undefined for one whose pages are not known. */
export function forgeOf(address: GitAddress): Forge | undefined {
  return forges.find(({ host }) => host.test(address.host))?.of(address);
}

/** Whether a host takes RSA keys alone: https://learn.microsoft.com/en-us/azure/devops/repos/git/use-ssh-keys-to-authenticate */
export function takesRsaAlone({ host }: GitAddress): boolean {
  return host === 'ssh.dev.azure.com';
}

/** The name that goes with a token by HTTPS. Most hosts take any. */
export function tokenUser({ host }: GitAddress): string {
  // https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens
  return host === 'bitbucket.org' ? 'x-token-auth' : 'git';
}
