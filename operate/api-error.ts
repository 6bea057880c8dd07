import { FleetError } from '../model';

/** How long an API server may take to answer a request, in ms. */
export const answerTimeout = 10_000;

/**
 * What an API server, or the way to it, complains of.
 *
 * @returns the answer's status, if there was an answer, and its reason; undefined for any other error
 */
export function apiError(error: unknown): { readonly status?: number; readonly reason: string } | undefined {
  if (error instanceof FleetError || !(error instanceof Error)) return undefined;
  // A request that was given up.
  if (error.name === 'AbortError') return { reason: `no answer in ${answerTimeout / 1000} s` };
  const { code, body } = error as { code?: number | string; body?: unknown };
  if (code === undefined && error.name !== 'FetchError') return undefined;
  if (typeof code !== 'number') return { reason: error.message.split('\n')[0]! };
  const { message } = parsed(body) as { message?: string };
  return { status: code, reason: `${code}${message ? `: ${message}` : ''}` };
}

function parsed(body: unknown): object {
  try {
    return (typeof body === 'string' ? JSON.parse(body) : body) as object;
  } catch {
    return {};
  }
}
