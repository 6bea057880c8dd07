import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020';

/** Why a document is not as a schema of docs/schemas demands; none when it is. */
export function schemaErrors(name: string, text: string): unknown[] {
  const schema = JSON.parse(readFileSync(`docs/schemas/${name}.json`, 'utf8')) as object;
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
  return validate(JSON.parse(text)) ? [] : (validate.errors ?? ['?']);
}
