import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { allOf } from '../machine/all-of';
import { canInstall, install } from '../machine/debian';
import { tempPath } from '../machine/files';
import { repositoryRoot } from '../machine/paths';
import { FleetError } from '../model';
import { lastLines } from './build';
import { moduleFiles } from './toolchain';
import { commandNamed, commandPath, labCache, moduleDirectory } from './commands';
import { findDebootstrap } from './system-changes';
import { imageInputs, inputsLabel, missingImages, partsOf, preloaded, referencesOf, type Image } from './images';

type Recipe<By extends Image['recipe']['by']> = Extract<Image['recipe'], { by: By }>;

/** The legacy builder, the only one that Debian's engine has. */
const env = { DOCKER_BUILDKIT: '0' };
const certificates = '/etc/ssl/certs/ca-certificates.crt';
/** The name of the container that a node image is made in. Not a label, because the image and its nodes would inherit it. */
const buildContainer = 'flux-fleet-lab-node-';

/**
 * Builds the missing images in parallel, each as soon as its parts exist.
 *
 * @param commandReady resolves when the command of that name is built
 * @throws FleetError with the end of the failed command's output.
 */
export async function buildImages(
  report: (line: string) => void,
  commandReady: (name: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers();
  const missing = await missingImages();
  const built = new Map<string, Promise<void>>();
  const imageReady = (reference: string) => built.get(reference) ?? Promise.resolve();
  const progress = { report, imageReady, commandReady };
  for (const image of missing) {
    const { base, commands } = partsOf(image);
    const parts = Promise.all([...base.map(imageReady), ...commands.map(commandReady)]);
    const work = parts.then(() => buildImage(image, progress));
    built.set(image.reference, work);
  }
  await allOf(built.values());
  if (missing.length > 0) await removeFormer();
}

/** Removes the lab's images whose names now belong to newer ones, unless a container uses them. */
async function removeFormer(): Promise<void> {
  const filters = ['--filter', 'dangling=true', '--filter', `label=${inputsLabel}`];
  const { stdout } = await execa('docker', ['images', '-q', ...filters]);
  for (const id of stdout.split('\n').filter(Boolean)) await execa('docker', ['rmi', id], { reject: false });
}

/** Removes the containers of interrupted builds. Only one build runs at a time. */
async function removeLeftovers(): Promise<void> {
  const { stdout } = await execa('docker', ['ps', '-aq', '--filter', `name=^/?${buildContainer}`]);
  const containers = stdout.split('\n').filter(Boolean);
  if (containers.length > 0) await execa('docker', ['rm', '-f', ...containers]);
}

async function buildImage(image: Image, { report, ...ready }: Progress): Promise<void> {
  const work = tempPath(join(labCache, 'image'));
  mkdirSync(work);
  try {
    report(`building image ${image.reference}`);
    const label = `${inputsLabel}=${imageInputs(image)}`;
    const id = await buildByRecipe(image, { work, label, ...ready });
    for (const reference of referencesOf(image)) await execa('docker', ['tag', id, reference]);
    report(`built image ${image.reference}`);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError({
      place: `lab image ${image.reference}`,
      problem: `the build failed:\n${lastLines(error)}`,
      next: 'Fix what it says and run `npm run up` again: what is built already is kept',
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Each resolves when the image or command of that name exists. */
interface Ready {
  readonly imageReady: (reference: string) => Promise<void>;
  readonly commandReady: (name: string) => Promise<void>;
}

interface Progress extends Ready {
  readonly report: (line: string) => void;
}

interface Build extends Ready {
  /** An empty folder, which is removed afterwards. */
  readonly work: string;
  /** `name=value`. */
  readonly label: string;
}

/** Builds an image and gives its id. */
async function buildByRecipe({ recipe }: Image, build: Build): Promise<string> {
  switch (recipe.by) {
    case 'debootstrap':
      return debootstrap(recipe, build);
    case 'command':
      return ofCommand(recipe, build);
    case 'dockerfile':
      copyContext(recipe, build.work);
      return dockerBuild(build.work, build.label);
    case 'node':
      return node(recipe, build);
  }
}

async function debootstrap({ suite, include }: Recipe<'debootstrap'>, { work, label }: Build): Promise<string> {
  if (!findDebootstrap()) {
    if (!canInstall()) {
      throw new FleetError({
        place: 'debootstrap',
        problem: 'the lab makes its base image with debootstrap, which is not installed',
        next: 'Install debootstrap (`apt-get install debootstrap`), or run this as root on Debian',
      });
    }
    await install(['debootstrap']);
  }
  const root = join(work, 'root');
  const options = ['--variant=minbase', `--include=${include.join(',')}`];
  await execa('debootstrap', [...options, suite, root], { all: true });
  const unneeded = [
    'var/lib/apt/lists',
    'var/cache/apt/archives',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ];
  for (const path of unneeded) rmSync(join(root, path), { recursive: true, force: true });
  mkdirSync(join(root, 'var/lib/apt/lists/partial'), { recursive: true });
  mkdirSync(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  return importTree(root, ['CMD ["bash"]', `LABEL ${label}`]);
}

async function ofCommand({ command, path, user }: Recipe<'command'>, { work, label }: Build): Promise<string> {
  chmodSync(work, 0o755);
  for (const directory of [dirname(path), 'etc/ssl/certs', 'tmp'])
    mkdirSync(join(work, directory), { recursive: true });
  chmodSync(join(work, 'tmp'), 0o1777);
  copyCommand(command, join(work, path));
  copyFileSync(certificates, join(work, 'etc/ssl/certs', basename(certificates)));
  writeFileSync(join(work, 'etc/passwd'), 'root:x:0:0::/:/\nnobody:x:65534:65534::/:/\n');
  return importTree(work, [
    `ENTRYPOINT ["/${path}"]`,
    'ENV PATH=/usr/local/bin:/usr/bin:/bin:/',
    `USER ${user}`,
    `LABEL ${label}`,
  ]);
}

async function importTree(root: string, changes: readonly string[]): Promise<string> {
  const tar = execa('tar', ['-C', root, '--numeric-owner', '-c', '.'], { encoding: 'buffer', buffer: false });
  const options = changes.flatMap((change) => ['-c', change]);
  const { stdout } = await tar.pipe('docker', ['import', ...options, '-']);
  return stdout.trim();
}

function copyContext({ folder, commands }: Recipe<'dockerfile' | 'node'>, context: string): void {
  cpSync(join(repositoryRoot, 'lab', folder), context, { recursive: true });
  mkdirSync(join(context, 'bin'));
  for (const name of commands) copyCommand(name, join(context, 'bin', name));
}

function copyCommand(name: string, to: string): void {
  copyFileSync(commandPath(commandNamed(name)), to);
}

async function dockerBuild(context: string, label: string): Promise<string> {
  // The modes of a clone are those that the user's umask left.
  await execa('chmod', ['-R', 'u=rwX,go=rX', context]);
  const { stdout } = await execa('docker', ['build', '-q', '--label', label, context], { env });
  return stdout.trim();
}

async function node(recipe: Recipe<'node'>, { work, label, imageReady, commandReady }: Build): Promise<string> {
  copyContext(recipe, work);
  const { Dir } = await moduleFiles('sigs.k8s.io/kind', moduleDirectory('kube'));
  // Without the modes of Go's module cache, which is read-only.
  await execa('cp', ['-R', '--no-preserve=mode', join(Dir, 'images/base/files'), join(work, 'kind')]);
  rmSync(join(work, 'kind/LICENSES'), { recursive: true, force: true });
  const base = await dockerBuild(work, label);
  await Promise.all(preloaded.map(imageReady));
  const withImages = await preload(base, label);
  await commandReady(recipe.lastCommand);
  const last = join(work, 'last');
  mkdirSync(last);
  copyCommand(recipe.lastCommand, join(last, recipe.lastCommand));
  writeFileSync(join(last, 'Dockerfile'), `FROM ${withImages}\nCOPY ${recipe.lastCommand} /usr/local/bin/\n`);
  return dockerBuild(last, label);
}

/** Loads the other images into the containerd of a node image. */
async function preload(base: string, label: string): Promise<string> {
  const container = `${buildContainer}${process.pid}`;
  const options = ['--security-opt', 'seccomp=unconfined', '--entrypoint', 'preload-images'];
  const changes = ['ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]', `LABEL ${label}`];
  try {
    const save = execa('docker', ['save', ...preloaded], { encoding: 'buffer', buffer: false });
    await save.pipe('docker', ['run', '-i', '--name', container, ...options, base]);
    const { stdout } = await execa('docker', ['commit', ...changes.flatMap((change) => ['-c', change]), container]);
    return stdout.trim();
  } finally {
    await execa('docker', ['rm', '-f', container], { reject: false });
  }
}
