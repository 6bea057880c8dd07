#!/usr/bin/env node
// Stands for the `sops` command, as far as this project uses it: what it writes has the form of SOPS's files, and is
// opened by the same age keys or by the same transit key. It protects nothing: who has the file can compute its data key.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse, stringify } from 'yaml';

class Ended extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

function end(message, code) {
  throw new Ended(message, code);
}

/** @returns what the call of `sops` with these arguments prints, and how it ends */
export async function run(call) {
  let stdout = '';
  try {
    await answer(call, (text) => (stdout += text));
    return { stdout };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { code: error.code, stderr: `${error.message}\n`, stdout };
  }
}

async function answer({ args, cwd, keyFile, input }, print) {
  const [command, ...rest] = args.filter((arg) => arg !== '--disable-version-check');
  const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
  const operands = rest.filter(
    (arg, index) => !arg.startsWith('--') && !/^--.*(type|override)$/.test(rest[index - 1] ?? ''),
  );
  const file = option('--filename-override') ?? operands[0];

  /** The creation rule for the file. */
  function rule() {
    const rules = existsSync(join(cwd, '.sops.yaml'))
      ? parse(readFileSync(join(cwd, '.sops.yaml'), 'utf8')).creation_rules
      : [];
    const found = rules.find(({ path_regex }) => new RegExp(path_regex).test(file));
    return found ?? end(`error loading config: no matching creation rules found`, 1);
  }

  const fieldsOfRules = {
    kms: 'kms',
    gcp_kms: 'gcp_kms',
    azure_keyvault: 'azure_kv',
    hc_vault_transit_uri: 'hc_vault',
    pgp: 'pgp',
  };
  const entries = {
    kms: (arn) => ({ arn }),
    gcp_kms: (resource_id) => ({ resource_id }),
    azure_kv: (url) => {
      const [, vault_url, name, version] = /^(.*)\/keys\/([^/]+)\/(.*)$/.exec(url);
      return { vault_url, name, version };
    },
    hc_vault: (url) => {
      const [, vault_address, engine_path, key_name] = /^(.*)\/v1\/(.*)\/keys\/(.*)$/.exec(url);
      return { vault_address, engine_path, key_name };
    },
    pgp: (fp) => ({ fp }),
  };

  /** The data key, encrypted to each recipient of the rule. */
  async function wrapped(dataKey) {
    const found = rule();
    const age = (found.age ?? '').split(',').filter(Boolean);
    const groups = { age: age.map((recipient) => ({ recipient, enc: masked(dataKey, recipient).toString('base64') })) };
    for (const [field, name] of Object.entries(fieldsOfRules)) {
      if (found[field]) groups[name] = found[field].split(',').map((one) => ({ ...entries[name](one), enc: '' }));
    }
    for (const one of groups.hc_vault ?? []) {
      one.enc = (await transit(one, 'encrypt', { plaintext: dataKey.toString('base64') })).ciphertext;
    }
    return groups;
  }

  async function unwrapped({ age = [], hc_vault = [] }) {
    const here = await recipients(readFileSync(keyFile, 'utf8'));
    for (const { recipient, enc } of age) {
      if (here.includes(recipient)) return masked(Buffer.from(enc, 'base64'), recipient);
    }
    for (const one of hc_vault) {
      const { plaintext } = await transit(one, 'decrypt', { ciphertext: one.enc });
      if (plaintext) return Buffer.from(plaintext, 'base64');
    }
    return end('Failed to get the data key required to decrypt the SOPS file.', 128);
  }

  /** The public halves of the keys in a file: as its comments have them, which is quick, or else computed. */
  async function recipients(text) {
    const lines = text.split('\n');
    const commented = lines.flatMap((line) => line.match(/^# public key: (.*)$/)?.[1] ?? []);
    const identities = lines.filter((line) => line.startsWith('AGE-SECRET-KEY-1'));
    if (commented.length === identities.length) return commented;
    const { identityToRecipient } = await import('age-encryption');
    return Promise.all(identities.map((identity) => identityToRecipient(identity)));
  }

  /** In the place of age's encryption. */
  function masked(dataKey, recipient) {
    const mask = createHash('sha256').update(recipient).digest();
    return Buffer.from(dataKey.map((byte, index) => byte ^ mask[index]));
  }

  /** https://openbao.org/api-docs/secret/transit */
  async function transit({ vault_address, engine_path, key_name }, verb, body) {
    const url = `${vault_address}/v1/${engine_path}/${verb}/${key_name}`;
    const response = await fetch(url, { method: 'PUT', body: JSON.stringify(body) });
    return (await response.json()).data;
  }

  function encrypted(value, dataKey) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', dataKey, iv);
    const data = Buffer.concat([cipher.update(String(value)), cipher.final()]);
    const [d, i, t] = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
    return `ENC[AES256_GCM,data:${d},iv:${i},tag:${t},type:${typeof value === 'number' ? 'int' : 'str'}]`;
  }

  function decrypted(text, dataKey) {
    const [, type] = /type:(.*)\]$/.exec(text);
    const [, data, iv, tag] = /data:(.*),iv:(.*),tag:(.*),type/.exec(text).map((part) => Buffer.from(part, 'base64'));
    const decipher = createDecipheriv('aes-256-gcm', dataKey, iv);
    decipher.setAuthTag(tag);
    try {
      const value = Buffer.concat([decipher.update(data), decipher.final()]).toString();
      return type === 'int' ? Number(value) : value;
    } catch {
      return end('Error decrypting tree: cipher: message authentication failed', 1);
    }
  }

  /** The object with each of its values changed: what SOPS encrypts are those of `data` and `stringData`. */
  function mapped(object, change) {
    const fields = ['data', 'stringData'].filter((field) => object[field]);
    const changed = fields.map((field) => {
      const entries = Object.entries(object[field]).map(([key, value]) => [key, change(value, [field, key])]);
      return [field, Object.fromEntries(entries)];
    });
    return { ...object, ...Object.fromEntries(changed) };
  }
  const macOf = ({ data = {}, stringData = {} }) =>
    createHash('sha512')
      .update(JSON.stringify([data, stringData]))
      .digest('hex');

  async function read(text) {
    const { sops, ...cipher } = parse(text) ?? {};
    if (!sops) end('sops metadata not found', 1);
    const dataKey = await unwrapped(sops);
    const plain = mapped(cipher, (value) => decrypted(value, dataKey));
    if (decrypted(sops.mac, dataKey) !== macOf(plain)) end('MAC mismatch. File has another, computed this', 51);
    return { plain, cipher, sops, dataKey };
  }

  /** The text of a file. Values that are as before keep their ciphertext. */
  async function write(plain, { cipher, sops, dataKey = randomBytes(32), before } = {}) {
    const object = mapped(plain, (value, [field, key]) =>
      before?.[field]?.[key] === value ? cipher[field][key] : encrypted(value, dataKey),
    );
    const groups = sops ?? (await wrapped(dataKey));
    const lastmodified = new Date().toISOString().replace(/\.\d+/, '');
    const mac = encrypted(macOf(plain), dataKey);
    const rest = { encrypted_regex: '^(data|stringData)$', mac_only_encrypted: true, version: '3.13.2' };
    return stringify({ ...object, sops: { ...groups, lastmodified, mac, ...rest } }, { indent: 4, lineWidth: 0 });
  }

  /** Changes one value of the file, which the second operand names: `["stringData"]["KEY"]`. */
  async function changeValue(change) {
    const old = await read(readFileSync(join(cwd, file), 'utf8'));
    const [field, key] = JSON.parse(operands[1].replace('][', ','));
    const values = { ...old.plain[field] };
    change(values, key);
    const plain = { ...old.plain, [field]: values };
    if (JSON.stringify(plain) === JSON.stringify(old.plain)) return;
    writeFileSync(join(cwd, file), await write(plain, { ...old, before: old.plain }));
  }

  const commands = {
    '--version': () => print('sops 3.13.2\n'),
    encrypt: async () => print(await write(JSON.parse(input))),
    decrypt: async () => print(JSON.stringify((await read(input)).plain)),
    set: () => changeValue((values, key) => (values[key] = JSON.parse(input))),
    unset: () => changeValue((values, key) => delete values[key]),
    async updatekeys() {
      const old = await read(readFileSync(join(cwd, file), 'utf8'));
      const { sops } = parse(readFileSync(join(cwd, file), 'utf8'));
      const groups = await wrapped(old.dataKey);
      for (const name of ['age', ...Object.values(fieldsOfRules)]) delete sops[name];
      writeFileSync(
        join(cwd, file),
        stringify({ ...old.cipher, sops: { ...groups, ...sops } }, { indent: 4, lineWidth: 0 }),
      );
    },
    async rotate() {
      const { plain } = await read(readFileSync(join(cwd, file), 'utf8'));
      writeFileSync(join(cwd, file), await write(plain));
    },
  };

  await (commands[command] ?? (() => end(`the fake sops does not know: sops ${command}`, 64)))();
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const reads = /^(encrypt|decrypt|set)$/.test(process.argv.slice(2).find((arg) => !arg.startsWith('--')));
  const call = { args: process.argv.slice(2), cwd: process.cwd(), keyFile: process.env.SOPS_AGE_KEY_FILE };
  const { code = 0, stdout, stderr = '' } = await run({ ...call, input: reads ? readFileSync(0, 'utf8') : '' });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
