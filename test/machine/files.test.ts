import { existsSync, writeFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { diskProblem } from '../../machine/files';

const fault = (code: string, more: object = {}) => Object.assign(new Error(code), { code, path: '/x/.fleet', ...more });

it.each(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'])('a fault of a disk is told with its place: %s', (code) => {
  expect(diskProblem(fault(code))!.message).toMatch(/^\/x\/\.fleet: .+\.\n {2}Make it writable/);
});

it('a folder that cannot be made is told too, for which Node.js has another code', () => {
  expect(diskProblem(fault('ENOENT', { syscall: 'mkdir' }))!.message).toContain('read-only');
});

it.runIf(existsSync('/dev/full'))('a real one, of the kernel, is recognized', () => {
  let error: unknown;
  try {
    writeFileSync('/dev/full', 'x');
  } catch (cause) {
    error = cause;
  }
  expect(diskProblem(error)!.message).toContain('the disk is full');
});

it('any other error is none', () => {
  for (const error of [
    new Error('x'),
    fault('EISDIR'),
    fault('ENOENT', { syscall: 'open' }),
    fault('EACCES', { syscall: 'spawn docker' }),
    'text',
  ]) {
    expect(diskProblem(error)).toBeUndefined();
  }
});
