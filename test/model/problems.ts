import { expect } from 'vitest';
import { defineFleet, FleetError, type Problem, webApp } from '../../model';

export const image = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };
export const app = webApp(image);

/** The places and the sentences of what is wrong with a fleet; none when it is sound. */
export function problems(define: () => unknown): string[] {
  try {
    define();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(FleetError);
    return (error as FleetError).problems.map(({ place, problem }: Problem) => `${place}: ${problem}`);
  }
}

/** What is wrong with a fleet whose types nobody looked at. */
export function untyped(props: unknown): string[] {
  return problems(() => defineFleet(props as Parameters<typeof defineFleet>[0]));
}
