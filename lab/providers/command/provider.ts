import { type Provider, unsupported } from '../rpc/provider';
import { localCommand } from './local-command';

/** The part of @pulumi/command 1.2.1 that the project's stacks use: `command:local:Command`. */
export function commandProvider(): Provider {
  return {
    name: 'command',
    version: '1.2.1',
    resource(type) {
      if (type === 'command:local:Command') return localCommand;
      throw unsupported(`the resource type ${type}`);
    },
  };
}
