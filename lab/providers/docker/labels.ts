/** A label as @pulumi/docker writes it. */
export interface Label {
  readonly label: string;
  readonly value: string;
}

export function labelMap(labels: readonly Label[] = []): Record<string, string> {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

export function labelList(labels: Readonly<Record<string, string>> | null | undefined): Label[] {
  const names = Object.keys(labels ?? {}).sort();
  return names.map((label) => ({ label, value: labels![label]! }));
}
