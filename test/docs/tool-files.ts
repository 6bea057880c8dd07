import { readFileSync } from 'node:fs';

/** The folders and files at the top of the repository that are the tool's, as the checks know them. */
export function toolPaths(): readonly string[] {
  return [...readFileSync('.prettierignore', 'utf8').matchAll(/^!\/(.+?)\/?$/gm)].map(([, path]) => path!);
}

/** The folders of the tool that hold its code. */
export function toolFolders(): readonly string[] {
  return toolPaths().filter((path) => !path.includes('.'));
}
