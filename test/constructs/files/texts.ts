const words = `0o17 0o755 -0o17 +0o1 0O17 0o1_7 0X1F 0x1f 0B101 0b1 -0b1 0755 1_000 012 1e3 1E+3 .5 5. +1 -0 .inf -.INF .nan
190:20:30 12:30 2001-01-01 true True y N yes NO on Off null Null ~ << = - ? : --- ... #a &a *a !a %a @a {a} [a] ' " | > a: \\
\\n a\\ 🙂 $(HOME) $$`;

/** Texts that some parser of YAML takes for something else than a text, or for another one. */
const hardTexts: readonly string[] = [
  ...words.split(/\s+/),
  ...['', ' ', 'a: b', 'a #b', '- a', '? a', '!!int 1', '2001-1-1 1:2:3', '{{ .Values.a }}', '`a', '${HOME}'],
  ...['\t', 'a\tb', '\ta', 'a ', ' a', '\n', '\n\n', 'a\n', 'a\n\n', '\na', ' a\nb', 'a\n b\n', 'a\r\nb', '\r'],
  ...['\u0000', '\u0007', '\u001b[0m', '\u00a0', '\ufeff', '\ufeffa', 'a\ufeff\nb', '\ufffd', 'e\u0301'],
];

/** A source of whole numbers below a limit, the same in each run. */
export function randomNumbers(state = 1): (limit: number) => number {
  // A linear congruential generator: https://en.wikipedia.org/wiki/Linear_congruential_generator
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** The hard texts, and random ones of pieces of them, the same in each run. */
export function goodTexts(count: number): string[] {
  const below = randomNumbers();
  const piece = () => {
    const text = hardTexts[below(hardTexts.length)]!;
    return below(3) === 0 ? [...text].slice(below(text.length + 1)).join('') : text;
  };
  const random = Array.from({ length: count }, () => Array.from({ length: 1 + below(4) }, piece).join(''));
  // kustomize cannot take those that begin with a tab.
  return [...hardTexts, ...random].filter((text) => !/^\n*\t/.test(text));
}
