import { expect } from 'vitest';
import { defineFleet, FleetError, webApp } from '../../model';
import { expectPlain } from '../messages';

export const image = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };
export const app = webApp(image);

/** The place and the problem of each mistake in a fleet, whose messages must be plain; none if the fleet is valid. */
export function problems(define: () => unknown): string[] {
  try {
    define();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(FleetError);
    const found = (error as FleetError).problems;
    found.forEach(expectPlain);
    return found.map(({ place, problem }) => `${place}: ${problem}`);
  }
}

/** The mistakes in a fleet whose types were not checked. */
export function untyped(props: unknown): string[] {
  return problems(() => defineFleet(props as Parameters<typeof defineFleet>[0]));
}
