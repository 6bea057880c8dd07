import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders and files at the top of the repository that are the tool's, as the checks know them. */
export function toolPaths(): readonly string[] {
  return [...readFileSync('.prettierignore', 'utf8').matchAll(/^!\/(.+?)\/?$/gm)].map(([, path]) => path!);
}

/** The folders of the tool that hold its code. */
export function toolFolders(): readonly string[] {
  return toolPaths().filter((path) => !path.includes('.'));
}

/** A file of the tool. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The tool's files of these names, but those in the folders that are left out and in node_modules. */
export function sources(name: RegExp, leftOut: readonly string[] = []): readonly Source[] {
  const folders = toolFolders().filter((folder) => !leftOut.includes(folder));
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => name.test(path) && !path.includes('node_modules'))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  );
}
