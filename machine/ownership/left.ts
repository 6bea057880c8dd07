import { nameAside, type Problem } from '../../model';
import { inspect } from './engine';
import type { Examination, ExaminedObject } from './examine';
import { isForeign, isOurs } from './ownership';

/** What `down` leaves because this clone did not make it: what has a name of the fleet, or had it before a take-over. */
export async function foreignObjects({
  objects,
  names,
}: Examination): Promise<Pick<ExaminedObject, 'kind' | 'name'>[]> {
  const aside = await inspect<{ readonly Name: string }>('container', names.map(nameAside));
  const containers = aside.map(({ Name }) => ({ kind: 'container', name: Name.replace(/^\//, '') }) as const);
  return [...objects.filter(isForeign), ...containers];
}

interface ConnectedNetwork {
  readonly Name: string;
  readonly Containers: Readonly<Record<string, { readonly Name: string }>> | null;
}

/** The networks of ours that cannot be removed, because somebody connected other containers to them. */
export async function heldNetworks({ objects }: Examination): Promise<Problem[]> {
  const networks = objects.filter((object) => object.kind === 'network' && isOurs(object)).map(({ name }) => name);
  const found = await inspect<ConnectedNetwork>('network', networks);
  return found.flatMap(({ Name, Containers }) => {
    const holders = Object.values(Containers ?? {}).map((container) => container.Name);
    if (holders.length === 0) return [];
    const disconnect = holders.map((holder) => `docker network disconnect ${Name} ${holder}`).join(' && ');
    return {
      place: `Docker network ${Name}`,
      problem: `it stays, because somebody connected other containers to it: ${holders.join(', ')}`,
      next: `Disconnect them, \`${disconnect}\`, and run the same command again`,
    };
  });
}
