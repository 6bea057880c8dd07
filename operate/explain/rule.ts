import type { Outcome } from './cause';
import type { Symptom } from './symptom';

/** The parts of a message by the names of the pattern's groups, and the symptom's details; empty where there is none. */
export type Found = Readonly<Record<string, string>>;

/** Where a symptom is. */
export interface At {
  readonly cluster: string;
  /** The app or tenant. */
  readonly unit: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `kubectl` with the cluster's context. */
  readonly kubectl: string;
}

/** A kind of failure: how it is recognized, what it means and what to do. */
export interface Rule {
  readonly id: string;
  /** In a few words, as a heading. */
  readonly title: string;
  /** The kinds of objects that tell it. */
  readonly kinds: readonly string[];
  /** The reasons with which they do. @default - any */
  readonly reasons?: readonly string[];
  /** What the message has in it; its named groups are what the sentences are made of. */
  readonly pattern: RegExp;
  /** Messages in their true form. */
  readonly examples: readonly (string | Example)[];
  /** What is wrong and what that means. */
  readonly problem: (found: Found, at: At) => string;
  readonly next: (found: Found, at: At) => string;
  readonly outcome: Outcome;
}

/** A message with what the collector adds to it. */
export interface Example extends Pick<Symptom, 'details' | 'reason'> {
  readonly message: string;
  /** @default - the first of the rule */
  readonly kind?: string;
}

/** What a rule makes of a symptom. */
export interface Explanation {
  readonly rule: string;
  readonly problem: string;
  readonly next: string;
  readonly outcome: Outcome;
}

/** The explanation of the first rule that knows a symptom. */
export function explainBy(rules: readonly Rule[], symptom: Symptom, at: At): Explanation | undefined {
  for (const rule of rules) {
    if (!rule.kinds.includes(symptom.subject.kind)) continue;
    if (rule.reasons && !rule.reasons.includes(symptom.reason ?? '')) continue;
    const match = rule.pattern.exec(symptom.message);
    if (!match) continue;
    const found = foundIn(match, symptom);
    return { rule: rule.id, problem: rule.problem(found, at), next: rule.next(found, at), outcome: rule.outcome };
  }
  return undefined;
}

/** Parts that the message does not have are empty. */
function foundIn(match: RegExpExecArray, { details = {} }: Symptom): Found {
  const groups = Object.entries(match.groups ?? {}).map(([name, text]) => [name, text ?? ''] as const);
  const found: Found = { ...details, ...Object.fromEntries(groups.filter(([name, text]) => text || !details[name])) };
  return new Proxy(found, { get: (target, name: string) => target[name] ?? '' });
}
