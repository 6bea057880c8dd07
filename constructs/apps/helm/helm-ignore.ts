import type { LeavesOut } from '../../files/folder';

/**
 * What Helm leaves out of a chart by the lines of its `.helmignore`. Unlike in Git, the first rule that matches counts, a
 * rule with `!` leaves out what does *not* match it, and `**` is an error, which Helm reports.
 *
 * https://helm.sh/docs/chart_template_guide/helm_ignore_file
 */
export function helmIgnore(text: string): LeavesOut {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const rules = [...lines.map((line) => line.trim()), 'templates/.?*'].filter((line) => /^[^#]/.test(line)).map(rule);
  return (path, isFolder) => rules.some((leavesOut) => leavesOut(path, isFolder));
}

function rule(line: string): LeavesOut {
  const [, negated, pattern, ofFolders] = /^(!?)(.*?)(\/?)$/.exec(line)!;
  const matches = matcher(pattern!.replace(/^\//, ''));
  const isPath = pattern!.includes('/');
  return (path, isFolder) => {
    const isMatch = (!ofFolders || isFolder) && matches(isPath ? path : path.slice(path.lastIndexOf('/') + 1));
    return isMatch !== (negated === '!');
  };
}

/** A pattern of Go: https://pkg.go.dev/path/filepath#Match */
function matcher(pattern: string): (path: string) => boolean {
  const source = pattern.replace(/\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\w/]/gsu, (part) => {
    if (part === '*' || part === '?') return part === '*' ? '[^/]*' : '[^/]';
    const [, start, set] = /^(\[\^?)(.+)\]$/su.exec(part) ?? [];
    return set === undefined ? literal(part) : `${start}${set.replace(/\\.|[[^]/gsu, literal)}]`;
  });
  const expression = new RegExp(`^${source}$`, 'su');
  return (path) => expression.test(path);
}

/** A character, which may have a backslash before it. */
function literal(character: string): string {
  return `\\u{${character
    .replace(/^\\(?=.)/s, '')
    .codePointAt(0)!
    .toString(16)}}`;
}
