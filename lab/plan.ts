import { missingCommands } from './build';
import type { Command } from './commands';
import { componentsAreCurrent } from './components';
import { missingImages, type Image } from './images';

/** Minutes on two cores with an empty build cache, downloads included. */
const minutesOf: Readonly<Record<string, number>> = {
  hyperkube: 5,
  pulumi: 3.5,
  'source-controller': 2,
  'kustomize-controller': 1,
  containerd: 1,
  'kube-router': 1,
  helm: 1.3,
};
const otherCommand = 0.2;
const otherImage = 0.1;
const debianAndNode = 0.4;

/** What a build will do and about how long it takes, as lines for the user; none when there is nothing to do. */
export async function planLines(): Promise<string[]> {
  return describePlan({
    commands: missingCommands(),
    components: !componentsAreCurrent(),
    images: await missingImages(),
  });
}

export interface Plan {
  readonly commands: readonly Command[];
  readonly components: boolean;
  readonly images: readonly Image[];
}

export function describePlan({ commands, components, images }: Plan): string[] {
  const lines: string[] = [];
  if (commands.length > 0) {
    lines.push(
      `${commands.length} commands are to be built from Go modules: ${commands.map(({ name }) => name).join(', ')}`,
    );
  }
  if (components) lines.push("Flux's manifest is to be built from a Go module");
  if (images.length > 0) {
    lines.push(
      `${images.length} images are to be built from these and Debian packages: ${images.map(name).join(', ')}`,
    );
  }
  if (lines.length === 0) return [];
  const minutes = Math.ceil(sum(commands.map(minutesOfCommand)) + sum(images.map(minutesOfImage))) || 1;
  return [...lines, `This takes about ${minutes} min on two cores, once. If you interrupt it, the next run continues`];
}

function name({ reference }: Image): string {
  return reference;
}

function minutesOfCommand({ name }: Command): number {
  return minutesOf[name] ?? otherCommand;
}

function minutesOfImage({ recipe }: Image): number {
  return recipe.by === 'command' ? otherImage : debianAndNode;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
