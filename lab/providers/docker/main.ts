import { serveAsPlugin } from '../rpc/serve';
import { dockerProvider } from './provider';

void serveAsPlugin(dockerProvider());
