/** Fills a Go template of paths, `json` and `index`: https://docs.docker.com/engine/cli/formatting */
export function fill(template, object) {
  const text = template.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  return text.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, expression) => {
    const [first, ...rest] = expression.match(/"[^"]*"|\S+/g);
    if (first === 'json') return JSON.stringify(at(object, rest[0]) ?? null);
    if (first === 'index') {
      const keys = rest.slice(1).map((key) => JSON.parse(key));
      return keys.reduce((value, key) => value?.[key], at(object, rest[0])) ?? '';
    }
    if (first === '.Label') return object.Labels?.[JSON.parse(rest[0])] ?? '';
    if (!first.startsWith('.') || rest.length > 0) throw new Error(`the fake docker does not know: {{${expression}}}`);
    return String(at(object, first) ?? '<no value>');
  });
}

function at(object, path) {
  const keys = path.split('.').filter(Boolean);
  return keys.reduce((value, key) => value?.[key], object);
}
