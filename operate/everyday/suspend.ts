import { suspendReasonAnnotation } from '../../model';
import type { ClusterClient } from '../cluster-client';
import { subjectOf } from '../commit-state';
import { suspendedBy, suspensionOf } from '../suspended';
import { appObjects } from './app-objects';

/**
 * Suspends an app in a cluster: Flux neither applies new commits to it nor corrects it. Git has no such property, so no
 * commit resumes it.
 *
 * @returns the objects that are suspended now
 */
export async function suspend(
  client: ClusterClient,
  app: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<string[]> {
  const { own, releases } = await appObjects(client, app);
  const annotations = { [suspendedBy]: by, [suspendReasonAnnotation]: reason };
  for (const object of [own, ...releases]) {
    await client.merge(object.kind, object.metadata, { metadata: { annotations }, spec: { suspend: true } });
  }
  return [own, ...releases].map(subjectOf);
}

/** Lets Flux go on with an app, whoever has suspended it. @returns the objects that were suspended */
export async function resume(client: ClusterClient, app: string): Promise<string[]> {
  const { own, releases } = await appObjects(client, app);
  const suspended = [own, ...releases].filter((object) => suspensionOf(object));
  // Null removes a property: https://www.rfc-editor.org/rfc/rfc7386
  const annotations = { [suspendedBy]: null, [suspendReasonAnnotation]: null };
  for (const object of suspended) {
    await client.merge(object.kind, object.metadata, { metadata: { annotations }, spec: { suspend: null } });
  }
  return suspended.map(subjectOf);
}
