import type { Step } from './cause';

/** The object that something is told of. */
export interface Subject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What an object's status tells of it, or an event. */
export interface Symptom {
  readonly subject: Subject;
  readonly reason?: string;
  readonly message: string;
  /** What the message lacks, from the specification and the status: `container`, `image`, `exitCode`. */
  readonly details?: Readonly<Record<string, string>>;
  /** The last lines that a container has written. */
  readonly log?: readonly string[];
}

/** From an object down to what it fails of. */
export type Trail = readonly Symptom[];

/** `Kind namespace/name`. */
export function subjectText({ kind, namespace, name }: Subject): string {
  return `${kind} ${[namespace, name].filter(Boolean).join('/')}`;
}

export function stepOf({ subject, reason, message }: Symptom): Step {
  return { subject: subjectText(subject), reason, message };
}
