import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../../model';
import { isPulumi } from '../stack-lock';

export interface LockProps {
  readonly stack: string;
  /** Removes the locks of the stack. */
  readonly cancel: () => Promise<void>;
  readonly report?: (doing: string) => void;
  /** How long others may hold a lock, in ms. @default 120000 */
  readonly timeout?: number;
}

/** Who holds a lock in a backend, as Pulumi prints it. */
interface Holder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/**
 * Does Pulumi's work on a stack once nobody else works on it. A lock that a run on this machine left when it was killed is
 * removed. Only a backend in a folder shows its locks, so that others are known by Pulumi's refusal.
 *
 * @throws FleetError that says who holds the lock, where that does not end
 */
export async function afterLocks<T>(work: () => Promise<T>, props: LockProps): Promise<T> {
  const { stack, cancel, report, timeout = 120_000 } = props;
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const text = String((error as Error).message);
      const holders = holdersIn(text);
      if (holders.length === 0 && !/\[409\] Conflict/.test(text)) throw error;
      const alive = holders.filter(({ host, pid }) => host !== hostname() || isPulumi(pid));
      if (holders.length > 0 && alive.length === 0) {
        await cancel();
        continue;
      }
      const who = alive.map(({ user, host, pid, since }) => `${user} on ${host}, as process ${pid} since ${since}`);
      const problem = `Pulumi is running on it${who.length > 0 ? `: ${who.join('; ')}` : ' elsewhere'}`;
      if (Date.now() > deadline) throw held(stack, problem);
      report?.(`waiting: ${problem}`);
      await sleep(Math.min(5000, timeout));
    }
  }
}

/** The lines that Pulumi prints for each lock: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go */
function holdersIn(text: string): Holder[] {
  const lines = text.matchAll(/created by (\S+?)@(\S+) \(pid (\d+)\) at (\S+)/g);
  return [...lines].map(([, user, host, pid, since]) => ({
    user: user!,
    host: host!,
    pid: Number(pid),
    since: since!,
  }));
}

function held(stack: string, problem: string): FleetError {
  const unlock = `eval "$(npm run -s fleet -- env)" && pulumi cancel --stack ${stack}`;
  const next = `Wait until it ends, and run this again. If that run was killed, remove its lock: \`${unlock}\``;
  return new FleetError({ place: `stack ${stack}`, problem, next });
}
