import pRetry from 'p-retry';
import type { Dispatcher, Response } from 'undici';
import { FleetError } from '../model';

/** How long the network is waited for, and how often it is tried. */
export interface Patience {
  /** How many times at most, the first one included. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; before each further one twice as long. */
  readonly pause: number;
  /** Milliseconds without a single byte after which an attempt has failed. A slow download that makes progress is never stopped. */
  readonly silence: number;
}

const patient: Patience = { attempts: 4, pause: 1000, silence: 30_000 };

export interface Request {
  /** @default 'GET' */
  readonly method?: 'GET' | 'HEAD';
  /** @default 'follow' */
  readonly redirect?: 'follow' | 'manual';
  readonly patience?: Partial<Patience>;
}

/**
 * Sends a request, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for, and reads the response. A
 * connection that fails or stalls and a status of a server that is busy (408, 429, 5xx) are tried again.
 *
 * @param read called for a response of any other status, again for each attempt
 * @throws FleetError when every attempt has failed, or a proxy's address is invalid
 */
export async function request<T>(
  url: string,
  read: (response: Response) => Promise<T>,
  options: Request = {},
): Promise<T> {
  const { method = 'GET', redirect = 'follow' } = options;
  const patience = { ...patient, ...options.patience };
  const { fetch } = await import('undici');
  const dispatcher = await dispatcherOf(patience);
  const attempt = async () => {
    try {
      const response = await fetch(url, { method, redirect, dispatcher });
      const { status } = response;
      // A server that answers this may answer otherwise a moment later.
      if (status >= 500 || [408, 429].includes(status)) throw new Error(`it answers ${status} ${response.statusText}`);
      return await read(response);
    } catch (error) {
      // p-retry does not repeat what failed by a TypeError that it does not know.
      throw error instanceof FleetError ? error : new Error(reason(error as Error, patience));
    }
  };
  try {
    return await pRetry(attempt, {
      retries: patience.attempts - 1,
      minTimeout: patience.pause,
      shouldRetry: ({ error }) => !(error instanceof FleetError),
    });
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError({
      place: url,
      problem: `the download failed ${patience.attempts} times: ${(error as Error).message}`,
      next:
        'Run the same command again. Behind a proxy, set HTTPS_PROXY to its address first. Where no release host can be ' +
        'reached, set FLUX_FLEET_SOURCE=lab to build everything from Go modules and Debian packages',
    });
  } finally {
    await dispatcher.destroy();
  }
}

/** What a request failed by, with the cause that undici hides behind `fetch failed`. */
function reason(error: Error, { silence }: Patience): string {
  const root = rootCause(error);
  const { code = '' } = root as { code?: string };
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return `nothing was received for ${silence / 1000} s`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection within ${silence / 1000} s`;
  return root.message || code || error.message;
}

function rootCause(error: Error): Error {
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [error.cause];
  return first instanceof Error ? rootCause(first) : error;
}

/** @throws FleetError for a proxy's address that is none */
async function dispatcherOf({ silence }: Patience): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const connect = { timeout: silence };
  try {
    return new EnvHttpProxyAgent({
      ...{ connect, headersTimeout: silence, bodyTimeout: silence },
      // What is not encrypted is asked of the proxy itself: many refuse a tunnel to port 80.
      ...{ proxyTunnel: false, proxyTls: connect, requestTls: connect },
    });
  } catch (error) {
    throw new FleetError({
      place: 'HTTPS_PROXY, HTTP_PROXY',
      problem: `invalid address of a proxy: ${(error as Error).message}`,
      next: 'Write it as a URL, for example `http://proxy.example.com:3128`',
    });
  }
}
