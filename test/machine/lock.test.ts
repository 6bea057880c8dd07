import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { exclusively, lockAddress } from '../../machine/lock';

const never = () => expect.fail('it waited');

test.runIf(process.platform === 'linux')(
  'work waits for running work of the same name, and learns its process number',
  async () => {
    const order: string[] = [];
    let finish!: () => void;
    const first = exclusively('a', never, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('first');
    });
    const holder = await new Promise<string>((resolve) => {
      void exclusively('a', resolve, () => Promise.resolve(order.push('second'))).then(() => order.push('end'));
    });
    expect(holder).toBe(String(process.pid));
    expect(order).toEqual([]);
    finish();
    await first;
    await expect.poll(() => order, { timeout: 10_000 }).toEqual(['first', 'second', 'end']);
  },
);

test('work of another name does not wait', async () => {
  await exclusively('b', never, () => exclusively('c', never, () => Promise.resolve()));
});

test('after work that fails the next one starts', async () => {
  await expect(exclusively('d', never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await exclusively('d', never, () => Promise.resolve('next'))).toBe('next');
});

test.runIf(process.platform === 'linux')('a killed process holds no lock', async () => {
  const program = `require('net').createServer((c) => c.write('1')).listen('\\0' + process.argv[1], () => console.log())`;
  const holder = spawn(process.execPath, ['-e', program, lockAddress('e').slice(1)]);
  await once(holder.stdout, 'data');
  const work = exclusively(
    'e',
    () => holder.kill('SIGKILL'),
    () => Promise.resolve('done'),
  );
  expect(await work).toBe('done');
});
