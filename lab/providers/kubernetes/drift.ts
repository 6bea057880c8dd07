import { sameValue } from '../rpc/diff';
import { isProps, type Props } from '../rpc/values';

/**
 * The inputs that the live object would have: where somebody changed a field
 * that we set, its live value, so that the next update sets it again. A value that the API server only writes differently
 * ("1000m" as "1") has not changed: the live value is compared with the server's response when we applied it.
 */
export function driftedInputs(inputs: Props, applied: Props, live: Props): Props {
  return project(inputs, withStringData(applied, inputs), withStringData(live, inputs)) as Props;
}

function project(input: unknown, applied: unknown, live: unknown): unknown {
  if (sameValue(applied, live)) return input;
  if (isProps(input) && isProps(applied) && isProps(live)) {
    const entries = Object.entries(input).map(
      ([key, value]) => [key, project(value, applied[key], live[key])] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (Array.isArray(input) && Array.isArray(applied) && Array.isArray(live)) {
    const alike = input.length === applied.length && input.length === live.length;
    return alike ? input.map((item: unknown, index) => project(item, applied[index], live[index])) : live;
  }
  // A field that the server never returned cannot have drifted.
  return applied === undefined ? input : live;
}

/** Secrets are given as text and answered encoded; the text is put back, for the keys that were given so. */
function withStringData(object: Props, inputs: Props): Props {
  if (inputs.kind !== 'Secret' || !isProps(inputs.stringData) || !isProps(object.data)) return object;
  const { data } = object;
  const keys = Object.keys(inputs.stringData).filter((key) => typeof data[key] === 'string');
  const decode = (key: string) => [key, Buffer.from(data[key] as string, 'base64').toString('utf8')] as const;
  return { ...object, stringData: Object.fromEntries(keys.map(decode)) };
}
