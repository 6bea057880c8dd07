import tseslint from 'typescript-eslint';

// Only the tool's own code is checked. Everything else at the top of the repository is the user's, fleet.ts too: tsc
// checks its types.
const tool = ['bench', 'cli', 'constructs', 'docs', 'lab', 'machine', 'model', 'operate', 'stacks', 'test'];

export default tseslint.config(
  { ignores: ['*', ...tool.map((folder) => `!${folder}`), '**/node_modules/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
    },
  },
  { files: ['**/*.{js,cjs,mjs,mts}'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['test/**', 'lab/providers/**'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
);
