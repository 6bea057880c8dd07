import { synthesise } from '../../constructs/synth';
import fleet from '../../docs/examples/default';

/** `node --require ./machine/typescript.cjs test/manifests/write-default.ts OUTDIR` renders the default fleet in a process of its own. */
synthesise(fleet, process.argv[2]!, 'docs/examples');
