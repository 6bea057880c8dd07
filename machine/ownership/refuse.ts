import { defaultFleetName, nameAside, type Owner, type Problem, throwProblems } from '../../model';
import { clonePath } from '../clone';
import type { Examination, ExaminedObject } from './examine';
import { claimState, isForeign } from './ownership';

/**
 * What may be taken over: nothing, everything of this fleet that another clone made (`true`), or the objects of these
 * names.
 */
export type Adopt = true | readonly string[];

const takeOver =
  'take it over with `npm run up -- --adopt`, which gives it the keys, the secrets and the apps of this clone';

/** @throws FleetError that names every object of somebody else whose name the fleet needs */
export function refuseToBringUp(examination: Examination, adopt: Adopt = []): void {
  const { objects } = examination;
  const unmarked = objects.filter(
    (object) => object.ownership === 'unmarked' && object.isNeeded && !isNamed(object, adopt),
  );
  throwProblems([
    ...renamed(examination),
    ...unknownNames(examination, adopt),
    ...clashes(examination, adopt),
    ...otherFleets(examination, adopt),
    ...unmarked.map(unmarkedProblem),
    ...claimProblem(examination),
  ]);
}

/** @throws FleetError when the fleet belongs to another clone. An unmarked object is no reason: it is left as it is. */
export function refuseAnothersFleet(examination: Examination, adopt: Adopt = []): void {
  throwProblems([...renamed(examination), ...clashes(examination, adopt)]);
}

/** Everything that a fleet has on this machine derives from its name: its repository would be another, empty one. */
function renamed({ self, otherFleets }: Examination): Problem[] {
  return otherFleets.map((former) => {
    const place = 'name';
    const setName = former.fleet === defaultFleetName ? 'remove `name`' : `set \`name: '${former.fleet}'\``;
    if (claimState(former, self) === 'copied') {
      const problem = `${self.directory} is a copy of ${former.directory}, which has the fleet ${former.fleet}, not ${self.fleet}`;
      return { place, problem, next: `Remove the copy, \`rm -r ${self.directory}\`, for a fleet of its own` };
    }
    return {
      place,
      problem: `this clone has the fleet ${former.fleet} on this machine, and fleet.ts has another name now: ${self.fleet}`,
      next:
        `In fleet.ts, ${setName} to go on with it. To begin anew under the new name, do so first, remove the fleet and its ` +
        'repository with `npm run down -- --all`, and then change the name',
    };
  });
}

export function toAdopt({ self, objects }: Examination, adopt: Adopt): ExaminedObject[] {
  const others = objects.filter(isForeign);
  return others.filter((object) => (adopt === true ? isOfFleet(object, self) : isNamed(object, adopt)));
}

function isNamed({ name }: ExaminedObject, adopt: Adopt): boolean {
  return adopt !== true && adopt.includes(name);
}

/** Whether another clone made it for a fleet of this name. An earlier version marked clusters without the fleet. */
function isOfFleet({ ownership, owner }: ExaminedObject, { fleet }: Owner): boolean {
  return ownership === 'another clone' && (owner?.fleet ?? fleet) === fleet;
}

/** The fleet belongs to another clone: by the record, or if there is none, by the marks. */
function clashes({ self, objects, claim, claimState }: Examination, adopt: Adopt): Problem[] {
  if (adopt === true) return [];
  if (claim?.owner && (claimState === 'another clone' || claimState === 'copied')) {
    return [claimState === 'copied' ? copied(self, claim.owner) : claimed(self, claim.owner)];
  }
  const others = objects.filter((object) => isOfFleet(object, self) && !isNamed(object, adopt));
  return byOwner(others).map((group) => madeByAnother(self, group));
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

function madeByAnother(self: Owner, group: readonly ExaminedObject[]): Problem {
  const place = `fleet ${self.fleet}`;
  const { owner } = group[0]!;
  if (!owner?.clone) {
    const problem = `another clone made ${listed(group)}, with an earlier version that did not record where the clone is`;
    return { place, problem, next: elsewhere('that clone') };
  }
  const path = clonePath(owner.directory);
  return { place, problem: `another clone, in ${path}, made ${listed(group)}`, next: elsewhere(path) };
}

/** Other fleets that use names which this one needs. */
function otherFleets({ self, objects }: Examination, adopt: Adopt): Problem[] {
  const others = objects.filter(
    (object) =>
      object.ownership === 'another clone' && object.isNeeded && !isOfFleet(object, self) && !isNamed(object, adopt),
  );
  return byOwner(others).map((group) => {
    const { fleet, directory } = group[0]!.owner!;
    const where = directory ? `in ${clonePath(directory)}` : 'where it was brought up';
    return {
      place: `fleet ${fleet}`,
      problem: `it has ${listed(group)}, and the fleet ${self.fleet} needs these names`,
      next:
        `Remove it ${where} with \`npm run down\`, or take over these objects with ` +
        `\`npm run up -- --adopt ${group.map(({ name }) => name).join(' ')}\``,
    };
  });
}

function byOwner(objects: readonly ExaminedObject[]): ExaminedObject[][] {
  const key = ({ owner }: ExaminedObject) => `${owner?.clone ?? ''} ${owner?.clone ? owner.fleet : ''}`;
  return [...new Set(objects.map(key))].map((group) => objects.filter((object) => key(object) === group));
}

export function listed(objects: readonly Pick<ExaminedObject, 'kind' | 'name'>[]): string {
  return objects.map(({ kind, name }) => `${kind} ${name}`).join(', ');
}

function unmarkedProblem({ kind, name, cluster }: ExaminedObject): Problem {
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
