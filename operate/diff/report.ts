import type { FieldChange } from './fields';

/** One of the two things that are compared. */
export interface SideLabel {
  /** `published`, `fleet.ts`, a revision as it was asked for, or a cluster. */
  readonly name: string;
  /** The commit; undefined for the working tree. */
  readonly commit?: string;
}

/** What a change of an object does in its clusters, beyond the change itself. */
export type Effect =
  | 'deleted'
  | 'orphaned'
  | 'recreated'
  | 'fails'
  | 'restarts pods'
  | 'not applied'
  | 'reinstalled'
  | 'moves to another app';

/** An object that differs, in all clusters where it differs in the same way. */
export interface ObjectChange {
  readonly change: 'added' | 'removed' | 'changed' | 'renamed';
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of an object that is renamed. */
  readonly formerName?: string;
  /** The app or tenant that has it. */
  readonly app: string;
  /** Whether a Helm chart makes it. */
  readonly chart: boolean;
  readonly clusters: readonly string[];
  readonly fields: readonly FieldChange[];
  readonly effects: readonly { readonly effect: Effect; readonly why?: string }[];
}

/** What should not happen unnoticed. */
export interface Danger {
  readonly kind:
    'data deleted' | 'cluster removed' | 'orphaned' | 'recreated' | 'fails' | 'two owners' | 'moved' | 'suspended';
  /** `Namespace shop`, with the app. */
  readonly subject: string;
  readonly problem: string;
  readonly clusters: readonly string[];
}

export interface ImageChange {
  /** The image without its tag and digest; of another image, the new one. */
  readonly image: string;
  /** The whole reference; undefined where there was none. */
  readonly from?: string;
  readonly to?: string;
  readonly app: string;
  readonly clusters: readonly string[];
}

/** An app whose objects are not compared, because one of the two sides cannot be built. */
export interface Withheld {
  readonly app: string;
  readonly side: 'from' | 'to';
  readonly problem: string;
  readonly clusters: readonly string[];
}

/** What differs between two states of a fleet. docs/json.md describes it for programs. */
export interface DiffReport {
  /** The version of this form. */
  readonly schema: 1;
  /** What the two sides are: two states of the repository, or two clusters in one. */
  readonly compares: 'commits' | 'clusters';
  readonly from: SideLabel;
  readonly to: SideLabel;
  readonly headline: string;
  readonly different: boolean;
  readonly clusters: readonly string[];
  readonly dangers: readonly Danger[];
  readonly images: readonly ImageChange[];
  readonly objects: readonly ObjectChange[];
  readonly withheld: readonly Withheld[];
  /** What was left out, and what could not be known. */
  readonly notices: readonly string[];
}
