import { type Document, LineCounter, parseDocument } from 'yaml';

/** A YAML document, and where its first mistake is. */
export interface ParsedYaml {
  readonly document: Document.Parsed;
  /** The line, from 1, and the parser's code, as `BAD_INDENT`. The text itself is not in it: it may be secret. */
  readonly mistake?: { readonly line: number; readonly code: string };
}

/** Parses a text that may be secret: no message has a part of it. */
export function parsedYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  return { document, mistake: error && { line: lineCounter.linePos(error.pos[0]).line, code: error.code } };
}
