import { defaultGrace } from '../operate/grace';
import { InvalidArgumentError, Option } from 'commander';

const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** An option `--timeout`, in ms. @param description what may take that long */
export function timeoutOption(description: string): Option {
  const option = new Option('--timeout <time>', `${description}: 90s, 5m, 1h, or a number of seconds`);
  return option.argParser(parseTimeout).default(300_000, '5m');
}

/** An option `--grace`, in ms. */
export function graceOption(): Option {
  const option = new Option(
    '--grace <time>',
    'how long what may still heal by itself is waited for: an image, a crash',
  );
  return option.argParser(parseTimeout).default(defaultGrace, `${defaultGrace / 1000}s`);
}

/**
 * A time in ms: `90s`, `5m`, `1h30m`, `300` for seconds.
 *
 * @throws InvalidArgumentError for anything else, and for no time at all
 */
export function parseTimeout(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(s|m|h)?/g)];
  const total = parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * milliseconds[unit]!, 0);
  const valid = /^(\d+(\.\d+)?|(\d+(\.\d+)?[smh])+)$/.test(text) && total > 0 && Number.isSafeInteger(Math.ceil(total));
  if (!valid) throw new InvalidArgumentError('Write it as in 90s, 5m or 1h, or as a number of seconds.');
  return total;
}
