import { unsupported } from '../rpc/provider';
import { isProps } from '../rpc/values';
import { annotation, condition, type KubernetesObject } from './object';

type Check = (object: KubernetesObject) => string[];

/**
 * The conditions of the annotation `pulumi.com/waitFor`: `condition=Ready`, `jsonpath={.status.phase}=Running`, or a
 * JSON array of such. Undefined when there is none.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export function waitedFor(object: KubernetesObject): Check | undefined {
  const text = annotation(object, 'waitFor');
  if (text === undefined) return undefined;
  const all = text.trim().startsWith('[') ? (JSON.parse(text) as string[]) : [text];
  const checks = all.map(parse);
  return (live) => checks.flatMap((check) => check(live));
}

function parse(text: string): Check {
  const named = /^condition=([^=]+)(?:=(.+))?$/.exec(text);
  if (named) return conditionIs(named[1]!, named[2] ?? 'True');
  const path = /^jsonpath=\{?\.?((?:[\w-]+|\[\d+\]|\.)+)\}?(?:=(.+))?$/.exec(text);
  if (!path) throw unsupported(`the condition "${text}" of pulumi.com/waitFor`);
  return valueIs(path[1]!, path[2]);
}

function conditionIs(type: string, wanted: string): Check {
  return (live) => {
    const found = condition(live, type);
    if (found?.status.toLowerCase() === wanted.toLowerCase()) return [];
    const says = found ? `${found.status}${found.message ? `, ${found.message}` : ''}` : 'missing';
    return [`its condition ${type} is ${says}`];
  };
}

function valueIs(path: string, wanted: string | undefined): Check {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  return (live) => {
    const value = parts.reduce<unknown>((at, part) => {
      if (Array.isArray(at)) return at[Number(part)] as unknown;
      return isProps(at) ? at[part] : undefined;
    }, live);
    const reached = wanted === undefined ? value !== undefined : value !== undefined && text(value) === wanted;
    return reached ? [] : [`its ${path} is ${value === undefined ? 'not there' : text(value)}`];
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
