/** Git's standard error, on one line. */
export function gitMessage(cause: unknown): string {
  const { timedOut, stderr: printed } = cause as { timedOut?: boolean; stderr?: string };
  const stderr = timedOut ? 'it does not answer in its time' : printed?.trim();
  return (stderr || String(cause)).split(/\r?\n/).filter(Boolean).join('; ');
}
