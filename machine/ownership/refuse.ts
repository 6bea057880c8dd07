import { FleetError, type Owner, type Problem } from '../../model';
import { clonePath } from '../clone';
import type { Examination, JudgedThing } from './examine';

/**
 * What may be taken over: nothing, everything of this fleet that another clone made (`true`), or the things of these
 * names.
 */
export type Adopt = true | readonly string[];

const takeOver =
  'take it over with `npm run up -- --adopt`, which gives it the keys, the secrets and the apps of this clone';

/** @throws FleetError that names all that is not this clone's and stands in the way of bringing the fleet up */
export function refuseToBringUp(examination: Examination, adopt: Adopt = []): void {
  const { things } = examination;
  const unmarked = things.filter((thing) => thing.verdict === 'unmarked' && thing.isNeeded && !isNamed(thing, adopt));
  const problems = [
    ...unknownNames(examination, adopt),
    ...clashes(examination, adopt),
    ...otherFleets(examination, adopt),
    ...unmarked.map(unmarkedProblem),
    ...claimProblem(examination),
  ];
  if (problems.length > 0) throw new FleetError(...problems);
}

/** @throws FleetError when the fleet is another clone's. What is nobody's is no hindrance: it is left alone. */
export function refuseAnothersFleet(examination: Examination, adopt: Adopt = []): void {
  const problems = clashes(examination, adopt);
  if (problems.length > 0) throw new FleetError(...problems);
}

/** What of the fleet is to be taken over now. */
export function toAdopt({ self, things }: Examination, adopt: Adopt): JudgedThing[] {
  const others = things.filter(({ verdict }) => verdict !== 'ours');
  return others.filter((thing) => (adopt === true ? isOfFleet(thing, self) : isNamed(thing, adopt)));
}

function isNamed({ name }: JudgedThing, adopt: Adopt): boolean {
  return adopt !== true && adopt.includes(name);
}

/** Whether another clone made it for a fleet of this name. An earlier version marked clusters without the fleet. */
function isOfFleet({ verdict, owner }: JudgedThing, { fleet }: Owner): boolean {
  return verdict === 'of another clone' && (owner?.fleet ?? fleet) === fleet;
}

/** The fleet is another clone's, as the claim says, or where there is no claim, the marks. */
function clashes({ self, things, claim, standing }: Examination, adopt: Adopt): Problem[] {
  if (adopt === true) return [];
  if (claim?.owner && (standing === 'of another clone' || standing === 'copied')) {
    return [standing === 'copied' ? copied(self, claim.owner) : claimed(self, claim.owner)];
  }
  const others = things.filter((thing) => isOfFleet(thing, self) && !isNamed(thing, adopt));
  return byOwner(others).map((group) => (group[0]!.owner?.clone ? marked(self, group) : madeBefore(self, group)));
}

function claimed(self: Owner, holder: Owner): Problem {
  const place = `fleet ${self.fleet}`;
  const path = clonePath(holder.directory);
  if (holder.formerClones?.includes(self.clone)) {
    const next = `Work on the fleet from ${path}, or ${takeOver.replace('take it over', 'take it back')}`;
    return { place, problem: `the clone in ${path} has taken it over from this one`, next };
  }
  if (holder.directory === self.directory) {
    const problem = `it was brought up from this folder with other local files: ${self.directory} was removed or replaced`;
    return { place, problem, next: `Put the former ${self.directory} back, or ${takeOver}` };
  }
  return { place, problem: `it belongs to another clone, in ${path}`, next: elsewhere(path) };
}

function copied(self: Owner, holder: Owner): Problem {
  return {
    place: `fleet ${self.fleet}`,
    problem: `${self.directory} is a copy of ${holder.directory}, and the fleet belongs to the clone there`,
    next: elsewhere(clonePath(holder.directory)),
  };
}

function elsewhere(path: string): string {
  return `Work on the fleet from ${path}, remove it there with \`npm run down -- --all\`, or ${takeOver}`;
}

function marked(self: Owner, group: readonly JudgedThing[]): Problem {
  const path = clonePath(group[0]!.owner!.directory);
  const problem = `another clone, in ${path}, made ${listed(group)}`;
  return { place: `fleet ${self.fleet}`, problem, next: elsewhere(path) };
}

function madeBefore(self: Owner, group: readonly JudgedThing[]): Problem {
  return {
    place: `fleet ${self.fleet}`,
    problem: `another clone made ${listed(group)}, with an earlier version that did not record where the clone is`,
    next: `Work on the fleet from that clone, remove it there with \`npm run down -- --all\`, or ${takeOver}`,
  };
}

/** Other fleets that have names which this one needs. */
function otherFleets({ self, things }: Examination, adopt: Adopt): Problem[] {
  const others = things.filter(
    (thing) =>
      thing.verdict === 'of another clone' && thing.isNeeded && !isOfFleet(thing, self) && !isNamed(thing, adopt),
  );
  return byOwner(others).map((group) => {
    const { fleet, directory } = group[0]!.owner!;
    const where = directory ? `in ${clonePath(directory)}` : 'where it was brought up';
    return {
      place: `fleet ${fleet}`,
      problem: `it has ${listed(group)}, and the fleet ${self.fleet} needs these names`,
      next:
        `Remove it ${where} with \`npm run down\`, or take over these things with ` +
        `\`npm run up -- --adopt ${group.map(({ name }) => name).join(' ')}\``,
    };
  });
}

function byOwner(things: readonly JudgedThing[]): JudgedThing[][] {
  const key = ({ owner }: JudgedThing) => `${owner?.clone ?? ''} ${owner?.clone ? owner.fleet : ''}`;
  return [...new Set(things.map(key))].map((group) => things.filter((thing) => key(thing) === group));
}

/** The things, by kind and name. */
export function listed(things: readonly Pick<JudgedThing, 'kind' | 'name'>[]): string {
  return things.map(({ kind, name }) => `${kind} ${name}`).join(', ');
}

/** The name that a container gets that is taken over although no fleet made it. */
export function nameAside(container: string): string {
  return `${container}-before-adopt`;
}

function unmarkedProblem({ kind, name, cluster }: JudgedThing): Problem {
  const adopt = `\`npm run up -- --adopt ${name}\``;
  const nodes = cluster?.nodes.map((node) => node.name).join(' ');
  const next = {
    'kind cluster': `Remove it with \`docker rm --force --volumes ${nodes}\`, give the cluster another name in fleet.ts, or take it over as it is with ${adopt}`,
    container: `Remove it with \`docker rm --force ${name}\`, or let the fleet have the name with ${adopt}, which stops the container and renames it to ${nameAside(name)}`,
    network: `Remove it with \`docker network rm ${name}\`, give the fleet another name in fleet.ts, or take it over with ${adopt}`,
    volume: `Remove it with \`docker volume rm ${name}\`, give the fleet another name in fleet.ts, or take it over with ${adopt}`,
  }[kind];
  const place = kind === 'kind cluster' ? `${kind} ${name}` : `Docker ${kind} ${name}`;
  return { place, problem: `there is a ${kind} of that name already, and no fleet made it`, next };
}

function claimProblem({ claim }: Examination): Problem[] {
  if (!claim || claim.owner) return [];
  return [
    {
      place: `Docker volume ${claim.name}`,
      problem: 'there is a volume of that name already, and no fleet made it',
      next: `Remove it with \`docker volume rm ${claim.name}\`, or give the fleet another name in fleet.ts`,
    },
  ];
}

function unknownNames({ names }: Examination, adopt: Adopt): Problem[] {
  const unknown = adopt === true ? [] : adopt.filter((name) => !names.includes(name));
  return unknown.map((name) => ({
    place: `--adopt ${name}`,
    problem: 'the fleet has nothing of that name on this machine',
    next: `Name one of ${names.join(', ')}`,
  }));
}
