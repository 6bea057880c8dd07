import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'manifests/', '.fleet/', 'vitest.*.mts'] },
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
