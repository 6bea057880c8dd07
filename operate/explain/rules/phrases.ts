import type { At } from '../rule';

/** What brings an edit of `fleet.ts` or of a file into the clusters. */
export const up = '`npm run up`';

/** Where the user wrote what a unit is. */
export const inFleet = ({ unit }: At): string => `\`${unit}\` in \`fleet.ts\``;

/** `kubectl` with arguments, in the namespace of the object. */
export const kubectl = ({ kubectl: command, namespace }: At, args: string): string =>
  `\`${command} -n ${namespace} ${args}\``;

/** ` NAME` where there is a name. */
export const optional = (before: string, text: string | undefined): string => (text ? `${before}${text}` : '');

/** `Deployment/app-a/app-a` of each part of a list with statuses. */
export function objectsIn(list = ''): string {
  return list
    .split(', ')
    .map((each) => each.split(' ')[0])
    .join(', ');
}
