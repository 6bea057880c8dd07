import * as pulumi from '@pulumi/pulumi';
import fleet from '../fleet';
import { thisOwner } from '../machine/clone';
import { refuseToBringUp } from '../machine/ownership';
import { cloneOutput, examinedVariable, FleetError, repositoryStack } from '../model';
import { examineFleet, refuseRemoval } from './ownership';
import { stackProgram } from './program';

// A function, so that Pulumi calls it within the run and shows its outputs and errors as the stack's.
export = async function program(): Promise<object> {
  const stack = pulumi.getStack();
  try {
    // Plain Pulumi runs this without any command of ours before it.
    if (!process.env[examinedVariable]) {
      const examination = await examineFleet(fleet, { clusters: stack === repositoryStack ? [] : [stack] });
      refuseToBringUp(examination);
      refuseRemoval(fleet, stack, examination);
    }
    const outputs = await stackProgram(fleet, stack);
    // In a backend that others can write, this tells whose state it is.
    return fleet.state.type === 'file' ? outputs : { ...outputs, [cloneOutput]: thisOwner(fleet.name).clone };
  } catch (error) {
    // Pulumi shows only the message of a RunError, and a stack trace of any other.
    throw error instanceof FleetError ? new pulumi.RunError(error.message) : error;
  }
};
