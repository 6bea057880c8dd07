import { serveAsPlugin } from '../rpc/serve';
import { kubernetesProvider } from './provider';

void serveAsPlugin(kubernetesProvider());
