import { serveAsPlugin } from '../rpc/serve';
import { commandProvider } from './provider';

void serveAsPlugin(commandProvider());
